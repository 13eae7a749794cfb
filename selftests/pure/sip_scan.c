// SPDX-License-Identifier: GPL-2.0
/* What the scanner says of a message, row by row, however the message comes in:
 * whole, octet by octet, split at every octet. The very objects that are in the
 * module, in user space.
 *
 * sip_scan FILE...: what it says of the message in each, as a datagram and as a
 * stream, if that does not depend on how it comes in either; a line
 * "FILE TAB datagram|stream TAB events" for each.
 */
#include "sip_events.h"

enum { DATAGRAM, STREAM };

/* A message, or with @headers lines in one. Of @says, see write_event(). */
static const struct row {
	const char *what;
	const char *text;
	u32 len;
	const char *says;
	u8 mode;
	bool headers;
} rows[] = {
#define ROW(what, mode, text, says) { what, text, sizeof(text) - 1, says, mode, false }
#define LINES(what, text, says) { what, text, sizeof(text) - 1, says, DATAGRAM, true }
#define EVIL "<sip:evil@x.net>"
#define PAI "p-asserted-identity:" EVIL
	/* what is a header */
	LINES("as it should be", "P-Asserted-Identity: " EVIL "\r\n", PAI),
	LINES("lower case", "p-asserted-identity: " EVIL "\r\n", PAI),
	LINES("no white space", "P-ASSERTED-IDENTITY:" EVIL "\r\n", PAI),
	LINES("SP before the colon", "P-Asserted-Identity : " EVIL "\r\n", PAI),
	LINES("TABs before the colon", "P-Asserted-Identity\t\t: " EVIL "\r\n", PAI),
	LINES("a fold after the colon", "P-Asserted-Identity:\r\n " EVIL "\r\n", PAI),
	LINES("folds in the value", "P-Asserted-Identity: <sip:\r\n\tevil@\n  x.net>\r\n",
	      "p-asserted-identity:<sip:\tevil@  x.net>"),
	LINES("after a bare LF", "Subject: x\nP-Asserted-Identity: " EVIL "\n", PAI),
	LINES("twice", "P-Asserted-Identity: " EVIL "\r\nP-Asserted-Identity: " EVIL "\r\n",
	      PAI " " PAI),
	LINES("after an open quote", "Subject: \"x\r\nP-Asserted-Identity: " EVIL "\"\r\n",
	      "!quote " PAI "\""),
	LINES("after an escaped line end", "Subject: \"x\\\r\nP-Asserted-Identity: " EVIL "\r\n", PAI),
	/* what is none */
	LINES("a name that goes on", "P-Asserted-Identity-X: " EVIL "\r\n", ""),
	LINES("a name that begins before", "XP-Asserted-Identity: " EVIL "\r\n", ""),
	LINES("a name that is cut", "P-Asserted-Identit: " EVIL "\r\n", ""),
	LINES("a name of other letters", "P-Asserted-Identitz: " EVIL "\r\n", ""),
	LINES("an escaped name", "P%2DAsserted-Identity: " EVIL "\r\n", ""),
	LINES("on a continuation line", "Subject: x\r\n P-Asserted-Identity: " EVIL "\r\n", ""),
	LINES("in a quoted string", "Subject: \"P-Asserted-Identity: " EVIL "\"\r\n", ""),
	LINES("in the body", "\r\nP-Asserted-Identity: " EVIL "\r\n", "| ."),
	LINES("in the body after LF LF", "Subject: x\n\nP-Asserted-Identity: " EVIL "\r\n", "| ."),
	LINES("in the body after CRLF LF", "Subject: x\r\n\nP-Asserted-Identity: " EVIL "\r\n", "| ."),
	LINES("very long names", "a0123456789012345678901234567890123456789012345678901234567890: x\r\n"
	      "P-Asserted-Identity: " EVIL "\r\n", PAI),
	/* on what stacks part, and what one of them may read behind it */
	LINES("a fold before the colon", "P-Asserted-Identity\r\n : " EVIL "\r\n", "!fold " PAI),
	LINES("a bare CR before", "Subject: x\rP-Asserted-Identity: " EVIL "\r\n", "!cr " PAI),
	LINES("CR CR LF before", "Subject: x\r\r\nP-Asserted-Identity: " EVIL "\r\n", "!cr " PAI),
	LINES("a CR alone on its line", "Subject: x\r\n\rP-Asserted-Identity: " EVIL "\r\n",
	      "!cr " PAI),
	LINES("a NUL before", "Subject: x\0y\r\nP-Asserted-Identity: " EVIL "\r\n", "!control " PAI),
	LINES("a NUL before, escaped", "Subject: \"\\\0\\\\\\\a\"\r\nP-Asserted-Identity: " EVIL "\r\n",
	      PAI),
	LINES("a NUL before, its escape escaped", "Subject: \"\\\\\0\"\r\nP-Asserted-Identity: "
	      EVIL "\r\n", "!control " PAI),
	LINES("a VT in a value of ours", "P-Asserted-Identity: <\v>\r\n",
	      "!control p-asserted-identity:<\v>"),
	LINES("a NUL in the name", "P-Asserted-Identity\0: " EVIL "\r\n", "!name"),
	LINES("\\x01 in the name", "P-Asserted-Identity\x01: " EVIL "\r\n", "!name"),
	LINES("DEL in the name", "P-Asserted-Identity\x7f: " EVIL "\r\n", "!name"),
	LINES("UTF-8 in the name", "P-Asserted-Identity\xc2\xa0: " EVIL "\r\n", "!name"),
	LINES("SP in the name", "P-Asserted -Identity: " EVIL "\r\n", "!name"),
	LINES("a line without colon before", "garbage\r\nP-Asserted-Identity: " EVIL "\r\n",
	      "!colon " PAI),
	LINES("two words without colon", "garbage line\r\nP-Asserted-Identity: " EVIL "\r\n",
	      "!name !colon " PAI),
	LINES("an empty name before", ": x\r\nP-Asserted-Identity: " EVIL "\r\n", "!empty " PAI),
	LINES("white space alone on a line", "Subject: x\r\n \r\nP-Asserted-Identity: " EVIL "\r\n", PAI),
	ROW("white space before the first header", DATAGRAM,
	    "INVITE sip:b@x.net SIP/2.0\r\n P-Asserted-Identity: " EVIL "\r\n\r\n",
	    "INVITE/sip !leading " PAI " | ."),
	ROW("white space alone on the first line", DATAGRAM,
	    "INVITE sip:b@x.net SIP/2.0\r\n \t\r\nP-Asserted-Identity: " EVIL "\r\n\r\n",
	    "INVITE/sip !leading " PAI " | ."),
	ROW("CR SP LF after the start line", DATAGRAM,
	    "SIP/2.0 401 Unauthorized\r \nWWW-Authenticate: Digest ik=\"00\"\r\n\r\n",
	    "!cr 401 !leading ik=\"00 www-authenticate:Digest ik=\"00\" | ."),
	ROW("white space alone on two lines", DATAGRAM,
	    "SIP/2.0 200 OK\r\n \n\t\r\n P-Asserted-Identity: " EVIL "\r\n\r\n",
	    "200 !leading " PAI " | ."),
	ROW("white space alone on a line after CR CR", DATAGRAM,
	    "SIP/2.0 200 OK\r\nPrivacy: id\r\n\r\r \nP-Asserted-Identity: " EVIL "\r\n\r\n",
	    "200 id privacy:id !cr !leading " PAI " | ."),
	ROW("no empty line", DATAGRAM,
	    "INVITE sip:b@x.net SIP/2.0\r\nP-Asserted-Identity: " EVIL "\r\n",
	    "INVITE/sip !truncated " PAI " ."),
	ROW("cut in a value", DATAGRAM,
	    "INVITE sip:b@x.net SIP/2.0\r\nP-Asserted-Identity: <sip:ev",
	    "INVITE/sip !truncated p-asserted-identity:<sip:ev ."),
	ROW("cut in a name", DATAGRAM, "INVITE sip:b@x.net SIP/2.0\r\nP-Asserted-Ident",
	    "INVITE/sip !truncated ."),
	ROW("cut in a start line", DATAGRAM, "INVITE sip:b@x.net SI", "!start ."),
	ROW("cut after a start line", DATAGRAM, "INVITE sip:b@x.net SIP/2.0\r\n",
	    "!truncated INVITE/sip ."),
	/* compact forms, and all that there may be once */
	LINES("compact forms", "v: SIP/2.0/UDP h\r\nf: <sip:a@x>;tag=1\r\nt: <sip:b@x>\r\n"
	      "i: c\r\nm: <sip:a@h>\r\nk: sec-agree\r\nr: <sip:r>\r\nb: <sip:s>\r\ny: z\r\n"
	      "l: 0\r\n",
	      "sent-by=h via:SIP/2.0/UDP h tag=1 from:<sip:a@x>;tag=1 to:<sip:b@x> call-id:c "
	      "contact:<sip:a@h> sec-agree supported:sec-agree refer-to:<sip:r> "
	      "referred-by:<sip:s> identity:z content-length:0"),
	LINES("compact forms in upper case", "I: c\r\nL : 0\r\n", "call-id:c content-length:0"),
	LINES("no compact forms", "p: x\r\n@: x\r\n[: x\r\n", ""),
	LINES("two Call-IDs", "Call-ID: a\r\ni: b\r\n", "call-id:a !repeated call-id:b"),
	LINES("two From", "f: <sip:a>\r\nFrom: <sip:b>\r\n", "from:<sip:a> !repeated from:<sip:b>"),
	LINES("two To", "t: <sip:a>\r\nTo: <sip:b>\r\n", "to:<sip:a> !repeated to:<sip:b>"),
	LINES("two CSeq", "CSeq: 1 INVITE\r\nCSeq: 1 INVITE\r\n",
	      "cseq:INVITE !repeated cseq:INVITE"),
	LINES("CSeq of another method", "CSeq: 1 REGISTER\r\n", "cseq:REGISTER !method"),
	LINES("CSeq in two lines", "CSeq: 0009\r\n INVITE\r\n", "cseq:INVITE"),
	LINES("CSeq in lower case", "CSeq: 1 invite\r\n", "!method cseq:INVITE"),
	LINES("CSeq with more", "CSeq: 1 INVITE x\r\n", "cseq:OTHER !method"),
	/* parameters */
	LINES("topmost Via", "Via: SIP/2.0/UDP [2001:db8::1]:5060;rport;branch=z9hG4bK1\r\n"
	      "Via: SIP/2.0/UDP b;branch=z9hG4bK2;received=1\r\n",
	      "sent-by=[2001:db8::1]:5060 branch=z9hG4bK1 "
	      "via:SIP/2.0/UDP [2001:db8::1]:5060;rport;branch=z9hG4bK1 "
	      "via:SIP/2.0/UDP b;branch=z9hG4bK2;received=1"),
	LINES("Vias in one line", "Via: SIP/2.0/UDP a;rport, SIP/2.0/UDP b;branch=z9hG4bK2\r\n",
	      "sent-by=a via:SIP/2.0/UDP a;rport, SIP/2.0/UDP b;branch=z9hG4bK2"),
	LINES("Via with all the white space", "v:  SIP\r\n  / 2.0  / TCP\t spindle ;\r\n"
	      "  branch  =\r\n z9  ;received =1\r\n",
	      "sent-by=spindle branch=z9 received=1 via:SIP  / 2.0  / TCP\t spindle ;  branch  = z9  "
	      ";received =1"),
	LINES("tags of a header and of its URI", "From: \"x;tag=no\" <sip:a@x;tag=uri>;x=1;tag=yes\r\n",
	      "<tag=uri tag=yes from:\"x;tag=no\" <sip:a@x;tag=uri>;x=1;tag=yes"),
	LINES("a tag after escapes", "From: \"\\\\\\\";tag=no\" <sip:a@x> ; tag = yes\r\n",
	      "tag=yes from:\"\\\\\\\";tag=no\" <sip:a@x> ; tag = yes"),
	LINES("names with white space between", "Privacy: id critical\r\n user;none\r\n",
	      "id critical user none privacy:id critical user;none"),
	LINES("no tags", "From: <sip:a@x>;tagx=1;xtag=2;x=tag;ta=3;tag%41=4\r\n",
	      "from:<sip:a@x>;tagx=1;xtag=2;x=tag;ta=3;tag%41=4"),
	LINES("a header in a URI", "Contact: <sip:a@x?Subject=1&p-Asserted-Identity=%3Csip>;expires=7\r\n",
	      "<p-asserted-identity=%3Csip expires=7 "
	      "contact:<sip:a@x?Subject=1&p-Asserted-Identity=%3Csip>;expires=7"),
	LINES("another header in a URI", "m: <sip:a@x?X=y&P-Asserted-Identity=z>\r\n",
	      "<p-asserted-identity=z contact:<sip:a@x?X=y&P-Asserted-Identity=z>"),
	LINES("parameters of two contacts", "m: <sip:a@x>;expires=1,<sip:b@y>;expires=2;x=\",\"\r\n",
	      "expires=1 expires=2 contact:<sip:a@x>;expires=1,<sip:b@y>;expires=2;x=\",\""),
	LINES("what ends a parameter", "Authorization: Digest integrity-protected=a;b<c?d&e,ik=1\r\n",
	      "integrity-protected=a authorization:Digest integrity-protected=a;b<c?d&e,ik=1"),
	LINES("a TAB behind a control octet", "Via: SIP/2.0/UDP a\x01\tb;branch=z\r\n",
	      "!control sent-by=a\x01 branch=z via:SIP/2.0/UDP a\x01\tb;branch=z"),
	LINES("and before the host", "Via: SIP/2.0/UDP\x01\tb;branch=z\r\n",
	      "!control sent-by=b branch=z via:SIP/2.0/UDP\x01\tb;branch=z"),
	LINES("an emergency registration", "m: <sip:a@x;sos;ob>\r\n", "<sos contact:<sip:a@x;sos;ob>"),
	LINES("credentials", "Authorization: Digest username=\"a,ik=b@x\",realm=\"r\", nonce=\"/ik=\","
	      "integrity-protected=yes\r\n",
	      "username=\"a,ik=b@x integrity-protected=yes authorization:Digest "
	      "username=\"a,ik=b@x\",realm=\"r\", nonce=\"/ik=\",integrity-protected=yes"),
	LINES("credentials over lines", "Authorization:Digest\r\n Integrity-Protected\r\n =\r\n \"no\"\r\n",
	      "integrity-protected=\"no authorization:Digest Integrity-Protected = \"no\""),
	LINES("integrity-protected in quotes",
	      "Authorization: Digest realm=\", integrity-protected=yes\"\r\n",
	      "authorization:Digest realm=\", integrity-protected=yes\""),
	LINES("an escaped quote in credentials",
	      "Authorization: Digest username=\"a\\\", integrity-protected=yes, x=\"b\"\r\n",
	      "!quote username=\"a\\ integrity-protected=yes authorization:Digest "
	      "username=\"a\\\", integrity-protected=yes, x=\"b\""),
	LINES("an escaped quote before a quote",
	      "Authorization: Digest username=\"a\\\"\", integrity-protected=yes\r\n",
	      "!quote username=\"a\\ integrity-protected=yes authorization:Digest "
	      "username=\"a\\\"\", integrity-protected=yes"),
	LINES("a quote that is not closed", "Authorization: Digest realm=\"a\r\n",
	      "!quote authorization:Digest realm=\"a"),
	LINES("a quote in a value", "Authorization: Digest username=\"me\", opaque=a\"b, "
	      "username=\"victim\", x=c\"d\r\n",
	      "username=\"me !quote username= authorization:Digest username=\"me\", opaque=a\"b, "
	      "username=\"victim\", x=c\"d"),
	LINES("a quote behind quotes", "Authorization: Digest username=\"me\" \"x, username=victim, z\", "
	      "realm=\"h\"\r\n",
	      "username=\"me !quote username=victim authorization:Digest username=\"me\" \"x, "
	      "username=victim, z\", realm=\"h\""),
	LINES("integrity-protected between two of them", "Authorization: Digest opaque=a\"b, "
	      "integrity-protected=auth-done, x=c\"d\r\n",
	      "!quote integrity-protected=auth-done authorization:Digest opaque=a\"b, "
	      "integrity-protected=auth-done, x=c\"d"),
	LINES("keys between two of them", "WWW-Authenticate: Digest realm=a\"b, ik=\"0011\", ck=\"22\", "
	      "x=\"d\"\r\n",
	      "!quote ik= ck= www-authenticate:Digest realm=a\"b, ik=\"0011\", ck=\"22\", x=\"d\""),
	LINES("a quote behind the padding of base64", "Authorization: Digest nonce=a==\"x,username=victim\"\r\n",
	      "!quote username=victim authorization:Digest nonce=a==\"x,username=victim\""),
	LINES("a quote of a name in a value", "Authorization: Digest x=a username=\"x,username=b\"\r\n",
	      "username= !quote username=b authorization:Digest x=a username=\"x,username=b\""),
	LINES("more behind quotes", "Authorization: Digest x=\"a\"b,username=\"c,username=d\"\r\n",
	      "!quote username= username=d authorization:Digest x=\"a\"b,username=\"c,username=d\""),
	LINES("a name behind quotes", "Authorization: Digest x=\"a\"username=b\r\n",
	      "!quote username=b authorization:Digest x=\"a\"username=b"),
	LINES("what may be behind quotes", "Authorization: Digest x=\"a\",y=\"b\" ,z = \r\n \"c\";username=\"d\"\r\n",
	      "username=\"d authorization:Digest x=\"a\",y=\"b\" ,z =  \"c\";username=\"d\""),
	LINES("quotes of nothing", "Authorization: Digest =\"a, username=b\"\r\n",
	      "authorization:Digest =\"a, username=b\""),
	LINES("quotes in a URI", "Contact: <sip:a;x=\"b;cpc=c\">;expires=1\r\n",
	      "!quote <cpc=c expires=1 contact:<sip:a;x=\"b;cpc=c\">;expires=1"),
	LINES("a quote that a URI has and one that it has not", "From: <sip:a\"b>;tag=\"c;cpc=d\"\r\n",
	      "!quote tag= cpc=d from:<sip:a\"b>;tag=\"c;cpc=d\""),
	LINES("quotes of a URI without brackets", "From: sip:a\"b;cpc=c\"\r\n",
	      "!quote cpc=c from:sip:a\"b;cpc=c\""),
	LINES("names in quotes", "Contact: \"a;expires=1\" <sip:a?b=c>,\r\n \"b,\\\";expires=2\"<sip:b>;x=\"y\"\r\n",
	      "contact:\"a;expires=1\" <sip:a?b=c>, \"b,\\\";expires=2\"<sip:b>;x=\"y\""),
	LINES("a name in quotes that is not closed", "To: \"a <sip:a>;tag=b\r\n",
	      "!quote to:\"a <sip:a>;tag=b"),
	LINES("quotes that a list has not", "P-Access-Network-Info: a;\"b;network-provided\"\r\n",
	      "!quote network-provided p-access-network-info:a;\"b;network-provided\""),
	LINES("quotes that Via has not", "Via: SIP/2.0/UDP \"h;branch=z\";received=1\r\n",
	      "sent-by= !quote branch=z received=1 via:SIP/2.0/UDP \"h;branch=z\";received=1"),
	LINES("keys", "WWW-Authenticate: Digest nonce=\"x\",ik=\"00\", CK = \"11\"\r\n",
	      "ik=\"00 ck=\"11 www-authenticate:Digest nonce=\"x\",ik=\"00\", CK = \"11\""),
	LINES("keys behind white space", "WWW-Authenticate: Digest nonce=x\r\n ik = 0011 ck = 22\r\n",
	      "ik=0011 ck=22 www-authenticate:Digest nonce=x ik = 0011 ck = 22"),
	LINES("keys behind a NUL", "WWW-Authenticate: Digest nonce=\"x\",\0ik=\"00\"\r\n",
	      "!control ik=\"00 www-authenticate:Digest nonce=\"x\",\0ik=\"00\""),
	LINES("no keys", "WWW-Authenticate: Digest realm=\" ik=00\",xik=1,nik=\"2\",i=3\r\n",
	      "www-authenticate:Digest realm=\" ik=00\",xik=1,nik=\"2\",i=3"),
	LINES("network-provided", "P-Access-Network-Info: 3GPP-E-UTRAN;x=\"a;network-provided\";"
	      "network-provided\r\n",
	      "network-provided p-access-network-info:3GPP-E-UTRAN;x=\"a;network-provided\";"
	      "network-provided"),
	LINES("no network-provided", "P-Access-Network-Info: 3GPP-E-UTRAN;x=network-provided\r\n",
	      "p-access-network-info:3GPP-E-UTRAN;x=network-provided"),
	LINES("privacy", "Privacy: id;Critical ; none\r\n", "id critical none privacy:id;Critical ; none"),
	LINES("privacy that nobody knows", "Privacy: idx;9;-;%75ser;id!;+;critical;user%72\r\n",
	      "token token token token=%75ser token=! token=+ critical token=%72 "
	      "privacy:idx;9;-;%75ser;id!;+;critical;user%72"),
	LINES("privacy that begins with no letter", "Privacy: !x;%y;:z;'q;*a;+b;3;-;/;.;id\r\n",
	      "token=!x token=%y token=:z token='q token=*a token=+b token token token token id "
	      "privacy:!x;%y;:z;'q;*a;+b;3;-;/;.;id"),
	LINES("privacy with a value", "Privacy: x!=\"y\";a%=b;id\r\n",
	      "token=!= !quote token token=%=b id privacy:x!=\"y\";a%=b;id"),
	LINES("a userinfo with parameters", "From: <sip:+1;cpc=a@b@h;oli=c>;tag=d@e\r\n"
	      "Contact: <sip:1;cpc=a@h?P-Asserted-Identity=b@c>\r\n",
	      "<cpc=a <oli=c tag=d@e from:<sip:+1;cpc=a@b@h;oli=c>;tag=d@e <cpc=a "
	      "<p-asserted-identity=b contact:<sip:1;cpc=a@h?P-Asserted-Identity=b@c>"),
	LINES("a userinfo with parameters, without brackets", "Refer-To: sip:+1;cpc=a@h;oli=b\r\n",
	      "cpc=a oli=b refer-to:sip:+1;cpc=a@h;oli=b"),
	LINES("parameters of kept headers", "P-Asserted-Identity: <tel:1;cpc=a;iotl=b>, <sip:c;oli=d>\r\n"
	      "P-Associated-URI: <sip:a?P-Asserted-Identity=b>\r\nReferred-By: <sip:a;iotl=b>\r\n"
	      "Record-Route: <sip:a;iotl=b;cpc=c>\r\nRoute: <sip:a;oli=b;iotl=c>\r\n",
	      "<cpc=a <iotl=b <oli=d p-asserted-identity:<tel:1;cpc=a;iotl=b>, <sip:c;oli=d> "
	      "<p-asserted-identity=b p-associated-uri:<sip:a?P-Asserted-Identity=b> "
	      "<iotl=b referred-by:<sip:a;iotl=b> <cpc=c record-route:<sip:a;iotl=b;cpc=c> "
	      "<oli=b route:<sip:a;oli=b;iotl=c>"),
	LINES("a history with a privacy of its own", "History-Info: <sip:a?X=y&Privacy=history>;index=1\r\n",
	      "<privacy=history history-info:<sip:a?X=y&Privacy=history>;index=1"),
	LINES("option tags", "Require:path,sec-agree\r\nProxy-Require: sec-agreement\r\n",
	      "sec-agree require:path,sec-agree proxy-require:sec-agreement"),
	/* Content-Length, RFC 3261 18.3, 20.14 */
	LINES("a length that is too long", "Content-Length: 9\r\n\r\n12345678",
	      "content-length:9 |9 !length ."),
	LINES("a length that is just right", "Content-Length: 8\r\n\r\n12345678",
	      "content-length:8 |8 ."),
	LINES("a length that is too short", "Content-Length: 7\r\n\r\n12345678",
	      "content-length:7 |7 ."),
	LINES("the same length twice", "Content-Length: 0\r\nl: 0\r\n",
	      "content-length:0 content-length:0"),
	LINES("two lengths", "Content-Length: 0\r\nl: 1\r\n", "content-length:0 content-length:1 !length"),
	LINES("a length of 2^32", "Content-Length: 4294967296\r\n", "!length content-length:4294967296"),
	LINES("a negative length", "Content-Length: -1\r\n", "!length content-length:-1"),
	LINES("a signed length", "Content-Length: +1\r\n\r\n1", "!length content-length:+1 |1 ."),
	LINES("a length in two", "Content-Length: 1 1\r\n\r\n1", "!length content-length:1 1 |1 ."),
	LINES("a length of nothing", "Content-Length:\r\n", "content-length: !length"),
	LINES("a folded length", "Content-Length:\r\n 0 \r\n", "content-length:0"),
	/* start lines */
#define START(what, line, says) ROW(what, DATAGRAM, line "\r\n\r\n", says)
	START("a REGISTER", "REGISTER sip:x SIP/2.0", "REGISTER/sip | ."),
	START("version in lower case", "INVITE sip:x sip/2.0", "INVITE/sip | ."),
	START("method in lower case", "register sip:x SIP/2.0", "!method REGISTER/sip | ."),
	START("an escaped method", "RE%47IST%45R sip:x SIP/2.0", "OTHER/sip | ."),
	START("a longer method", "REGISTERS sip:x SIP/2.0", "OTHER/sip | ."),
	START("a method of all a token may have", "!Method0123456789_*+`.%'~ sip:x SIP/2.0", "OTHER/sip | ."),
	START("an answer", "SIP/2.0 200 OK", "200 | ."),
	START("an answer without reason", "SIP/2.0 100 ", "100 | ."),
	START("an answer of four digits", "SIP/2.0 2000 OK", "!start 0 | ."),
	START("an answer of 700", "SIP/2.0 700 OK", "!start 0 | ."),
	START("another version", "OPTIONS sip:x SIP/7.0", "!start OPTIONS/sip | ."),
	START("no version", "OPTIONS sip:x", "!start OPTIONS/sip | ."),
	START("two spaces", "OPTIONS  sip:x SIP/2.0", "!start OPTIONS/sip | ."),
	START("a space in the URI", "OPTIONS sip:x; lr SIP/2.0", "!start OPTIONS/sip | ."),
	START("a space at the end", "OPTIONS sip:x SIP/2.0 ", "!start OPTIONS/sip | ."),
	START("a URI in brackets", "OPTIONS <sip:x> SIP/2.0", "!start OPTIONS/other | ."),
	START("no method", " sip:x SIP/2.0", "!!start"),
	START("HTTP", "\x16\x03\x01", "!!start"),
	START("emergency", "INVITE urn:service:sos SIP/2.0", "INVITE/sos | ."),
	START("emergency in any case", "INVITE URN:Service:SOS SIP/2.0", "INVITE/sos | ."),
	START("emergency sub-service", "INVITE urn:service:sos.police SIP/2.0", "INVITE/sos | ."),
	START("another service", "INVITE urn:service:sosx SIP/2.0", "INVITE/urn | ."),
	START("a service that is cut", "INVITE urn:service:so SIP/2.0", "INVITE/urn | ."),
	START("a service elsewhere", "INVITE urn:services:sos SIP/2.0", "INVITE/urn | ."),
	START("a service with more", "INVITE urn:service:sos;x SIP/2.0", "INVITE/urn | ."),
	START("a service in a user", "INVITE sip:urn:service:sos@x SIP/2.0", "INVITE/sip | ."),
	START("a number", "INVITE tel:+1-1(2).0;phone-context=x SIP/2.0", "INVITE/tel | ."),
	START("a number in a SIP URI", "INVITE sip:112@x;user=Phone SIP/2.0",
	      "<user=Phone INVITE/phone | ."),
	START("a user", "INVITE sip:112@x;user=ip SIP/2.0", "<user=ip INVITE/sip | ."),
	START("another parameter", "INVITE sip:112@x;xuser=phone SIP/2.0", "INVITE/sip | ."),
	START("a userinfo with parameters", "INVITE sip:+1;cpc=a@h SIP/2.0", "<cpc=a INVITE/sip | ."),
	START("a header in the Request-URI", "INVITE sip:x?P-Asserted-Identity=y SIP/2.0",
	      "<p-asserted-identity=y INVITE/sip | ."),
	/* what is no message */
	ROW("nothing", DATAGRAM, "", "keepalive"),
	ROW("CRLF", DATAGRAM, "\r\n", "keepalive"),
	ROW("CRLF CRLF", DATAGRAM, "\r\n\r\n", "keepalive"),
	ROW("line ends before a message", DATAGRAM, "\r\n\r\nACK sip:x SIP/2.0\r\n\r\n", "ACK/sip | ."),
	ROW("STUN", DATAGRAM, "\0\1\0\0\x21\x12\xa4\x42" "abcdefghijkl", "stun"),
	ROW("no STUN", DATAGRAM, "\0\1\0\0\x21\x12\xa4\x43" "abcdefghijkl", "!!start"),
	ROW("STUN that is cut", DATAGRAM, "\0\1\0\0\x21\x12\xa4", "!start ."),
	ROW("SigComp", DATAGRAM, "\xf8\0REGISTER", "compressed"),
	ROW("no SigComp", DATAGRAM, "\xf7\0REGISTER", "!!start"),
	ROW("two messages in a datagram", DATAGRAM,
	    "ACK sip:x SIP/2.0\r\nl: 0\r\n\r\nBYE sip:x SIP/2.0\r\n\r\n",
	    "ACK/sip content-length:0 |0 ."),
	/* streams */
	ROW("two messages in a stream", STREAM,
	    "\r\n\r\nACK sip:x SIP/2.0\r\nl: 3\r\n\r\nbod\r\nBYE sip:x SIP/2.0\r\nl: 0\r\n\r\n\r\n\r\n",
	    "ACK/sip content-length:3 |3 . BYE/sip content-length:0 |0 ."),
	ROW("no length in a stream", STREAM, "ACK sip:x SIP/2.0\r\n\r\nBYE sip:x SIP/2.0\r\n\r\n",
	    "ACK/sip | !!length"),
	ROW("two lengths in a stream", STREAM,
	    "ACK sip:x SIP/2.0\r\nl: 0\r\nl: 1\r\n\r\nBYE sip:x SIP/2.0\r\n\r\n",
	    "ACK/sip content-length:0 content-length:1 !length |1 !!length"),
	ROW("a body that is cut", STREAM, "ACK sip:x SIP/2.0\r\nl: 3\r\n\r\nbo",
	    "ACK/sip content-length:3 |3 !length ."),
	ROW("keep-alives in a stream", STREAM, "\r\n\r\n", ""),
	ROW("no message in a stream", STREAM, "ACK sip:x SIP/2.0\r\nl: 0\r\n\r\n\x16\x03\x01",
	    "ACK/sip content-length:0 |0 . !!start"),
};

static struct events whole, split;
static int tests, failed;

static void result(bool good, const char *what)
{
	printf("%s %d %s\n", good ? "ok" : "not ok", ++tests, what);
	failed += !good;
}

/* The same events, in every way of coming in. Leaves them in whole. */
static bool splits_hold(const u8 *p, u32 len, bool stream)
{
	scan(p, len, stream, len, len, &whole);
	for (u32 step = 1; step <= 9; step++) {
		scan(p, len, stream, step, step, &split);
		if (!same_events(&whole, &split)) {
			printf("# in pieces of %u octets it is read otherwise\n", step);
			return false;
		}
	}
	for (u32 at = 1; at < len; at++) {
		scan(p, len, stream, at, len, &split);
		if (!same_events(&whole, &split)) {
			printf("# split at %u it is read otherwise\n", at);
			return false;
		}
	}
	return true;
}

static bool row_holds(const struct row *row)
{
	static const char before[] = "INVITE sip:b@x.net SIP/2.0\r\nMax-Forwards: 70\r\n";
	const char *said_before = "INVITE/sip ";
	size_t len = 0, size;
	u8 p[1024];
	char *said;
	bool good;
	FILE *f;

	if (row->headers) {
		memcpy(p, before, sizeof(before) - 1);
		len = sizeof(before) - 1;
	}
	memcpy(p + len, row->text, row->len);
	len += row->len;
	/* unless the row has a body, the empty line and the end are understood */
	if (row->headers && !strchr(row->says, '|')) {
		memcpy(p + len, "\r\n", 2);
		len += 2;
	}
	good = splits_hold(p, len, row->mode == STREAM);

	f = open_memstream(&said, &size);
	if (!f)
		abort();
	write_events(f, p, &whole);
	fclose(f);
	if (row->headers) {
		char *end = strchr(row->says, '|') ? NULL : strstr(said, "| .");

		if (!end && !strchr(row->says, '|'))
			end = strrchr(said, '|');
		if (end) {
			*end = 0;
			if (end > said && end[-1] == ' ')
				end[-1] = 0;
		}
		said_before = strncmp(said, said_before, strlen(said_before)) ? "INVITE/sip" :
										said_before;
		good &= !strncmp(said, said_before, strlen(said_before)) &&
			!strcmp(said + strlen(said_before), row->says);
	} else {
		good &= !strcmp(said, row->says);
	}
	if (!good)
		printf("# said \"%s\"\n# and not \"%s\"\n", said, row->says);
	free(said);
	return good;
}

static bool tables_hold(void)
{
	u8 room[GMG_SIP_NAME_ROOM] = { 0 };

	for (u8 id = GMG_SIP_OTHER + 1; id < GMG_SIP_REQUEST_URI; id++) {
		size_t len = strlen(header_names[id]);

		memcpy(room, header_names[id], len);
		if (gmg_sip_header_find(room, len) != id)
			return false;
		for (size_t i = 0; i < len; i++) {
			room[i] ^= 1;
			if (len > 1 && gmg_sip_header_find(room, len) == id)
				return false;
			room[i] ^= 1;
		}
	}
	for (u8 id = 0; id < GMG_SIP_HEADER_COUNT; id++) {
		const struct gmg_sip_kind *kind = &gmg_sip_kinds[id];
		u32 first = 0;

		for (u8 i = 0; i < kind->count; i++) {
			first |= BIT(kind->params[i].name[0] & 31);
			if (strcmp((const char *)kind->params[i].name,
				   param_names[kind->params[i].id]))
				return false;
		}
		if (kind->first != ~0U && first != kind->first)
			return false;
	}
	return true;
}

static bool malformed(const struct events *events)
{
	for (u32 i = 0; i < events->count; i++)
		if (events->event[i].type == GMG_SIP_MALFORMED)
			return true;
	return false;
}

/* Every octet before the colon, in the name and at its beginning: a header of
 * ours, or none and malformed, or none that any stack would take for it.
 */
static bool octets_hold(void)
{
	static const char name[] = "P-Asserted-Identity";
	static const u32 places[] = { 0, 5, sizeof(name) - 1 };

	for (u32 i = 0; i < 3 * 256; i++) {
		u32 at = places[i % 3], c = i / 3, len;
		bool header = false, bad;
		u8 p[128];

		len = sprintf((char *)p, "ACK sip:x SIP/2.0\r\nX: y\r\n%.*s%c%s: z\r\n\r\n", (int)at, name,
			      '?', name + at);
		p[25 + at] = c;
		if (!splits_hold(p, len, false))
			return false;
		bad = malformed(&whole);
		for (u32 e = 0; e < whole.count; e++)
			header |= whole.event[e].type == GMG_SIP_HEADER;
		if (c < ' ' || c >= 0x7f || c == ' ') {
			bool blank = c == ' ' || c == '\t';
			bool known = (at == sizeof(name) - 1 && blank) || (!at && c == '\n');

			/* a fold of X, or an empty line and a body */
			if (!at && (blank || c == '\n')) {
				if (header || bad)
					return false;
			} else if (known ? !header : !bad) {
				printf("# octet %u at %u\n", c, at);
				return false;
			}
		} else if (c == ':' ? !bad && !at : header) {
			printf("# octet %u at %u\n", c, at);
			return false;
		}
	}
	return true;
}

/* Every octet at every place of a value: malformed if it is a control octet. */
static bool values_hold(void)
{
	static const char *const names[] = { "Subject", "Contact", "Authorization" };

	for (u32 i = 0; i < 3 * 256 * 48; i++) {
		u32 c = i / 3 / 48, at = i / 3 % 48, len;
		u8 p[128];

		len = sprintf((char *)p, "ACK sip:x SIP/2.0\r\n%s:", names[i % 3]);
		memset(p + len, 'x', 48);
		p[len + at] = c;
		len += 48;
		memcpy(p + len, "\r\n\r\n", 4);
		len += 4;
		scan(p, len, false, len, len, &whole);
		/* LF ends the line, and what follows has no colon; '"' opens nothing there */
		if (malformed(&whole) != ((c < ' ' && c != '\t') || (i % 3 && c == '"'))) {
			if (c == '\n' && at == 47)
				continue;
			printf("# octet %u at %u of %s\n", c, at, names[i % 3]);
			return false;
		}
	}
	return true;
}

/* What is open where a segment ends is known by then. */
static bool open_holds(void)
{
	static const char text[] = "ACK sip:x SIP/2.0\r\nAuthorization: Digest username=\"me";
	struct gmg_sip_event header, param;
	struct gmg_sip_scan s;

	whole.count = 0;
	gmg_sip_scan_init(&s, true, ~0ULL, 7);
	if (!gmg_sip_scan_idle(&s) || gmg_sip_scan_open(&s, &header, &param))
		return false;
	feed(&s, (const u8 *)text, sizeof(text) - 1, &whole);
	return !gmg_sip_scan_idle(&s) && gmg_sip_scan_open(&s, &header, &param) &&
	       header.id == GMG_SIP_AUTHORIZATION && header.start == 7 + 19 &&
	       param.param == GMG_SIP_PARAM_USERNAME &&
	       param.value == 7 + sizeof(text) - 1 - 2 && param.value_len == 2;
}

static bool dialled_holds(void)
{
	static const char text[] = "INVITE tel:+1-1(2).0;phone-context=x SIP/2.0\r\n\r\n";
	struct gmg_sip_scan s;

	whole.count = 0;
	gmg_sip_scan_init(&s, false, ~0ULL, 0);
	feed(&s, (const u8 *)text, sizeof(text) - 1, &whole);
	return s.dialled_len == 5 && !memcmp(s.dialled, "+1120", 5);
}

/* The word integrity-protected is counted wherever it is in credentials. */
static bool words_hold(void)
{
	static const struct { const char *line; u32 n; } words[] = {
		{ "Authorization: Digest integrity-protected=yes", 1 },
		{ "Authorization: Digest x=\"Integrity-Protected=yes\"", 1 },
		{ "Proxy-Authorization: Digest x=\"integrintegrity-protectedintegrity-protected\"", 2 },
		{ "Authorization:integrity-integrity-protected", 1 },
		{ "Authorization:\r\n x-INTEGRITY-PROTECTED-x;aaaaaaaaaaaaaaaaaaaaaaaaaaaaintegrity-protected", 2 },
		{ "Authorization: Digest x=y-integrity-protecte,d=integrity-rotected", 0 },
		{ "Authorization: integrity-\r\n protected", 0 },
		{ "WWW-Authenticate: Digest integrity-protected=yes", 0 },
		{ "Authorizations: Digest integrity-protected=yes", 0 },
	};
	char text[256];

	for (u32 i = 0; i < sizeof(words) / sizeof(*words); i++) {
		u32 n = 0, len = sprintf(text, "ACK sip:x SIP/2.0\r\nAuthorization: x\r\n%s\r\n\r\n",
					 words[i].line);

		if (!splits_hold((const u8 *)text, len, false))
			return false;
		for (u32 e = 0; e < whole.count; e++)
			if (whole.event[e].type == GMG_SIP_HEADER)
				n += whole.event[e].number;
		if (n != words[i].n) {
			printf("# %u in %s\n", n, words[i].line);
			return false;
		}
	}
	return true;
}

/* Who says Digest, and nobody else, is of that scheme. */
static bool schemes_hold(void)
{
	static const struct { const char *line; bool digest; } schemes[] = {
		{ "Authorization: Digest username=a", true },
		{ "Authorization:\r\n  dIGEST\r\n username=a", true },
		{ "Authorization: Digest,username=a", true },
		{ "Authorization: Basic username=a", false },
		{ "Authorization: Basic Digest, username=a", false },
		{ "Authorization: Digests username=a", false },
		{ "Authorization: Digest=x username=a", false },
		{ "Authorization: Digest%20 username=a", false },
		{ "Authorization: username=a", false },
	};
	char text[256];

	for (u32 i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		u32 n = 0, len = sprintf(text, "ACK sip:x SIP/2.0\r\nAuthorization: Digest x=y\r\n"
					 "%s\r\n\r\n", schemes[i].line);

		if (!splits_hold((const u8 *)text, len, false))
			return false;
		for (u32 e = 0; e < whole.count; e++)
			n += whole.event[e].param == GMG_SIP_PARAM_USERNAME &&
			     !(whole.event[e].flags & GMG_SIP_DIGEST) == !schemes[i].digest;
		if (n != 1) {
			printf("# %s\n", schemes[i].line);
			return false;
		}
	}
	return true;
}

/* What is not asked for is not reported, but the header is. */
static bool params_hold(void)
{
	static const char text[] = "ACK sip:x SIP/2.0\r\nf: <sip:a>;tag=1\r\nt: <sip:a>;tag=1\r\n\r\n";
	struct gmg_sip_scan s;
	u32 tags = 0, headers = 0;

	whole.count = 0;
	gmg_sip_scan_init(&s, false, BIT_ULL(GMG_SIP_TO), 0);
	feed(&s, (const u8 *)text, sizeof(text) - 1, &whole);
	for (u32 i = 0; i < whole.count; i++) {
		headers += whole.event[i].type == GMG_SIP_HEADER;
		tags += whole.event[i].type == GMG_SIP_PARAM;
	}
	return headers == 2 && tags == 1;
}

/* NUL for any octet of the lines of a message, whatever is read there. */
static bool control_holds(const char *start)
{
	static const char lines[] =
		"Via: SIP / 2.0 / UDP  192.0.2.1:5060;branch=z9hG4bK1;rport\r\n"
		"From: \"A B\" <sip:a@b;user=phone>;tag=1\r\nTo : <tel:+1;cpc=x>\r\n"
		"Contact: <sip:a@b?X=y>;expires=5;q=1, sip:c@d;sos\r\n"
		"Call-ID: c@d\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n"
		"Authorization: Digest username=\"a@b\", realm = \"x\" ,nonce=1\r\n"
		"WWW-Authenticate: Digest ik=\"00\",ck=11\r\nPrivacy: id;user\r\n"
		"P-Access-Network-Info: a;network-provided;b=\"c\"\r\nX: y\r\n z\r\n\r\n";
	u8 p[sizeof(lines) + 64];
	u32 len = sprintf((char *)p, "%s%s", start, lines);

	for (u32 at = 0; at < len - 2; at++) {
		u8 c = p[at];

		p[at] = 0;
		if (!splits_hold(p, len, false))
			return false;
		if (!malformed(&whole)) {
			printf("# NUL at %u, before %.20s\n", at, p + at + 1);
			return false;
		}
		p[at] = c;
	}
	return true;
}

/* More names than a message has are not read to their end. */
static bool limit_holds(const char *line, u32 times)
{
	static u8 p[65536];
	u32 len = sprintf((char *)p, "ACK sip:x SIP/2.0\r\n");

	while (times-- && len + strlen(line) < sizeof(p)) {
		memcpy(p + len, line, strlen(line));
		len += strlen(line);
	}
	scan(p, len, false, len, len, &whole);
	scan(p, len, false, 1, 1, &split);
	for (u32 i = 0; i + 1 < whole.count; i++)
		if (whole.event[i].flags & GMG_SIP_DEAD)
			return false;
	return same_events(&whole, &split) && whole.count &&
	       whole.event[whole.count - 1].id == GMG_SIP_BAD_LIMIT &&
	       whole.event[whole.count - 1].flags & GMG_SIP_DEAD;
}

/* Lines as most are, and with all that makes a line none of those, so that the one ends
 * and the other begins at any octet of a word, and the input, too.
 */
static bool plain_holds(void)
{
	static const char *const names[] = {
		"Via:", "Via: SIP/2.0/UDP h", "From:", "To: <sip:a@b>", "t:", "Contact:", "Contact: ",
		"m: \"A\" <sip:c@d>", "Route:", "Call-ID:", "CSeq: 1 ACK", "CSeq:", "l: 0",
		"Content-Length:", "Privacy:", "Privacy: ", "Authorization: Digest ",
		"AUTHORIZATION: digest x=\"1\"", "Proxy-Authorization: Basic", "Supported:",
		"WWW-Authenticate: Digest realm=\"a\"", "P-Access-Network-Info:",
		"P-Asserted-Identity: ", "History-Info: <sip:a>", "Geolocation: <cid:a>", "Priority:",
		"P-Early-Media:", "Security-Client:", "Max-Forwards: 70", "Allow: ", "X-a.b:", "X!:",
		"P\rAsserted-Identity:", "Call\rID:", "Call-ID :", "Ab", ":", " ",
		"a-name-of-more-than-so-many-octets-as-one-has:",
	};
	static const char *const pieces[] = {
		";", ";", ", ", ",", "=", "=\"", "\"", "\"", "\\", "=\"a\\\"b\"", "<sip:", ">", "?", "&", " ", "  ", "\t",
		"@", ":", "%", "!", "x", "xyz=1", "username=\"a@b\"", "tag=", ";tag=t", ";branch=z9",
		"received=1", "expires=5", "sos", ";cpc=a", "oli", "iotl = x", "p-Asserted-Identity=",
		"integrity-protected=\"yes\"", "ik=\"00\"", "ck=11", "Network-Provided", "network-provided ;",
		"loc-src=h", "psap-callback", "supported", "id", "critical", "none;", "History", "privacy=",
		"<sip:a@b;user=phone?P-Asserted-Identity=c>", "\xe9\xff", "\1", "\r\n ", "\n", "\r", "ACK", "12",
		"0123456789012345678901234567890123456789",
	};
	static const char *const ends[] = { "\r\n", "\r\n", "\r\n", "\r\n", "\r\n\t", "\n", "\r" };
	static const char body[] = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 40002 RTP/AVP 104\r\n"
		"a=rtpmap:104 AMR-WB/16000\r\na=fmtp:104 mode-change-capability=2\r\na=sendrecv\r\n"
		"a=ptime:20\r\na=maxptime:240\r\na=curr:qos local none\r\na=curr:qos remote none\r\n";
	static u8 p[8192];
	u32 state = 1;

#define DRAW(n) (((state = state * 1103515245 + 12345) >> 16) % (n))
#define ONE(of) (of)[DRAW(sizeof(of) / sizeof(*(of)))]
	for (u32 round = 0; round < 60000; round++) {
		bool odd = DRAW(4) == 0;
		u32 len = sprintf((char *)p, "%s sip:x SIP/2.0\r\n", DRAW(2) ? "ACK" : "REGISTER");
		u32 lines = 1 + DRAW(6), step;

		len += sprintf((char *)p + len, "X: %.*s\r\n", (int)(DRAW(24)), "012345678901234567890123");
		while (lines--) {
			u32 n = DRAW(8);

			len += sprintf((char *)p + len, "%s", ONE(names));
			while (n--) {
				u32 which = DRAW(sizeof(pieces) / sizeof(*pieces));

				/* with few odd ones most lines are plain */
				if (odd || !strpbrk(pieces[which], "\r\n\t\1"))
					len += sprintf((char *)p + len, "%s", pieces[which]);
			}
			len += sprintf((char *)p + len, "%s", odd ? ONE(ends) : "\r\n");
		}
		/* room to look ahead in, or none */
		len += sprintf((char *)p + len, "\r\n%.*s", DRAW(2) ? 200 : (int)(DRAW(48)), body);
		if (!DRAW(4))
			len = DRAW(len);
		step = 1 + DRAW(100);
		scan(p, len, false, len, len, &whole);
		scan(p, len, false, 1, 1, &split);
		if (!same_events(&whole, &split)) {
			printf("# %.*s\n", (int)len, p);
			return false;
		}
		scan(p, len, false, step, step, &split);
		if (!same_events(&whole, &split)) {
			printf("# in %u: %.*s\n", step, (int)len, p);
			return false;
		}
	}
#undef ONE
#undef DRAW
	return true;
}

static int show(const char *name)
{
	static u8 p[1 << 20];
	FILE *f = fopen(name, "rb");
	size_t len;
	int rc = 0;

	if (!f) {
		perror(name);
		return 1;
	}
	len = fread(p, 1, sizeof(p), f);
	fclose(f);
	for (int mode = DATAGRAM; mode <= STREAM; mode++) {
		printf("%s\t%s\t", name, mode == STREAM ? "stream" : "datagram");
		if (!splits_hold(p, len, mode == STREAM))
			rc = 1;
		write_events(stdout, p, &whole);
		printf("\n");
	}
	return rc;
}

int main(int argc, char **argv)
{
	int rc = 0;

	for (int i = 1; i < argc; i++)
		rc |= show(argv[i]);
	if (argc > 1)
		return rc;

	puts("TAP version 13");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		result(row_holds(&rows[i]), rows[i].what);
	result(tables_hold(), "every name is found, and no other");
	result(octets_hold(), "every octet in a name");
	result(values_hold(), "every octet in a value");
	result(control_holds("REGISTER sip:a;user=phone SIP/2.0\r\n"), "NUL at any octet of a request");
	result(control_holds("SIP/2.0 200 OK\r\n"), "NUL at any octet of a response");
	result(open_holds(), "what is open is known");
	result(dialled_holds(), "what is dialled is known");
	result(params_hold(), "parameters are read where they are asked for");
	result(words_hold(), "the word integrity-protected in credentials");
	result(schemes_hold(), "the scheme of credentials");
	result(plain_holds(), "lines of all kinds, whole as octet by octet");
	result(limit_holds("i:\n", 10000), "lines without end");
	result(limit_holds("m:;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e;e\r\n", 1000),
	       "names without end");
	result(limit_holds("m:\\\1e\\\1e\\\1e\\\1e\\\1e\\\1e\\\1e\\\1e\r\n", 1000),
	       "escaped control octets without end");
	result(!limit_holds("Max-Forwards: 70, and so on\r\n", 1000), "as many lines as there may be");
	result(sizeof(struct gmg_sip_scan) <= 256, "the state of a connection fits 256 octets");
	printf("1..%d\n", tests);
	return failed != 0;
}
