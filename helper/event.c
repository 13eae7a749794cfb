// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/gmguard.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>

#include "addr.h"
#include "event.h"
#include "gnl.h"
#include "print.h"
#include "reasons.h"
#include "sa_print.h"
#include "tmpi_print.h"
#include "words.h"

static void now(char time[32], bool json)
{
	struct timeval tv;
	struct tm tm;
	size_t n;

	gettimeofday(&tv, NULL);
	if (json)
		n = strftime(time, 32, "%Y-%m-%dT%H:%M:%S", gmtime_r(&tv.tv_sec, &tm));
	else
		n = strftime(time, 32, "%H:%M:%S", localtime_r(&tv.tv_sec, &tm));
	snprintf(time + n, 32 - n, ".%03d%s", (int)(tv.tv_usec / 1000), json ? "Z" : "");
}

/* An address, with a port if there is one. */
static void format_end(const struct nlattr *addr, const struct nlattr *port,
		       char buf[GMG_ENDPOINT_STRLEN])
{
	struct gmg_prefix p;

	if (!addr || !prefix_from_octets(&p, nla_data(addr), nla_len(addr)))
		snprintf(buf, GMG_ENDPOINT_STRLEN, "-");
	else if (!port)
		addr_format(&p, buf);
	else
		endpoint_format(&p, gnl_u16(port), buf);
}

static json_t *optional_port(const struct nlattr *attr)
{
	return attr ? json_integer(gnl_u16(attr)) : json_null();
}

static json_t *optional_address(const struct nlattr *attr)
{
	char text[GMG_PREFIX_STRLEN];
	struct gmg_prefix p;

	if (!attr || !prefix_from_octets(&p, nla_data(attr), nla_len(attr)))
		return json_null();
	return json_string(addr_format(&p, text));
}

static json_t *optional_hash(const struct nlattr *attr)
{
	char text[24];

	if (!attr)
		return json_null();
	/* JSON numbers are exact to 53 bits */
	snprintf(text, sizeof(text), "%016llx", (unsigned long long)gnl_u64(attr));
	return json_string(text);
}

static json_t *optional_word(const struct nlattr *attr)
{
	char text[32];

	return attr && gnl_string(attr, text, sizeof(text)) ? json_string(text) : json_null();
}

static int show_verdict_json(struct nlattr **tb, const char *time, const char *side, const char *ifname)
{
	return print_json_line(json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:I}",
		"event", "verdict", "time", time,
		"action", action_word(gnl_u32(tb[GMGUARD_A_VERDICT_ACTION])),
		"reason", reason_word(gnl_u32(tb[GMGUARD_A_VERDICT_REASON])),
		"hook", hook_word(gnl_u32(tb[GMGUARD_A_VERDICT_HOOK])),
		"side", side, "ifindex", (json_int_t)gnl_u32(tb[GMGUARD_A_VERDICT_IFINDEX]),
		"ifname", ifname, "proto", proto_word(gnl_u8(tb[GMGUARD_A_VERDICT_PROTO])),
		"src", optional_address(tb[GMGUARD_A_VERDICT_SRC]),
		"sport", optional_port(tb[GMGUARD_A_VERDICT_SPORT]),
		"dst", optional_address(tb[GMGUARD_A_VERDICT_DST]),
		"dport", optional_port(tb[GMGUARD_A_VERDICT_DPORT]),
		"method", optional_word(tb[GMGUARD_A_VERDICT_METHOD]),
		"status", optional_port(tb[GMGUARD_A_VERDICT_STATUS]),
		"call-id", optional_hash(tb[GMGUARD_A_VERDICT_CALL_ID]),
		"seq", (json_int_t)gnl_u64(tb[GMGUARD_A_VERDICT_SEQ]),
		"suppressed", (json_int_t)gnl_u64(tb[GMGUARD_A_VERDICT_SUPPRESSED])));
}

/* " INVITE 403 call 0123456789abcdef", as far as it is there */
static void format_sip(struct nlattr **tb, char buf[80])
{
	char method[32];
	int n = 0;

	buf[0] = '\0';
	if (tb[GMGUARD_A_VERDICT_METHOD] &&
	    gnl_string(tb[GMGUARD_A_VERDICT_METHOD], method, sizeof(method)))
		n += snprintf(buf + n, 80 - n, " %s", method);
	if (tb[GMGUARD_A_VERDICT_STATUS])
		n += snprintf(buf + n, 80 - n, " %u", gnl_u16(tb[GMGUARD_A_VERDICT_STATUS]));
	if (tb[GMGUARD_A_VERDICT_CALL_ID])
		snprintf(buf + n, 80 - n, " call %016llx",
			 (unsigned long long)gnl_u64(tb[GMGUARD_A_VERDICT_CALL_ID]));
}

static void show_verdict_text(struct nlattr **tb, const char *time, const char *side, const char *ifname)
{
	char src[GMG_ENDPOINT_STRLEN], dst[GMG_ENDPOINT_STRLEN], sip[80];

	format_sip(tb, sip);
	format_end(tb[GMGUARD_A_VERDICT_SRC], tb[GMGUARD_A_VERDICT_SPORT], src);
	format_end(tb[GMGUARD_A_VERDICT_DST], tb[GMGUARD_A_VERDICT_DPORT], dst);
	printf("%s %s %s %s %s %s %s > %s (%s)%s seq %llu suppressed %llu\n", time,
	       action_word(gnl_u32(tb[GMGUARD_A_VERDICT_ACTION])),
	       reason_word(gnl_u32(tb[GMGUARD_A_VERDICT_REASON])), side, ifname,
	       proto_word(gnl_u8(tb[GMGUARD_A_VERDICT_PROTO])), src, dst,
	       hook_word(gnl_u32(tb[GMGUARD_A_VERDICT_HOOK])), sip,
	       (unsigned long long)gnl_u64(tb[GMGUARD_A_VERDICT_SEQ]),
	       (unsigned long long)gnl_u64(tb[GMGUARD_A_VERDICT_SUPPRESSED]));
}

static int show_verdict(struct nlmsghdr *hdr, bool json)
{
	struct nlattr *tb[GMGUARD_A_VERDICT_MAX + 1];
	char time[32], side[64], ifname[32];

	if (gnl_parse(hdr, tb, GMGUARD_A_VERDICT_MAX))
		return EBADMSG;
	now(time, json);
	if (!gnl_string(tb[GMGUARD_A_VERDICT_SIDE], side, sizeof(side)))
		snprintf(side, sizeof(side), "-");
	if (!gnl_string(tb[GMGUARD_A_VERDICT_IFNAME], ifname, sizeof(ifname)))
		snprintf(ifname, sizeof(ifname), "-");
	if (json)
		return show_verdict_json(tb, time, side, ifname) ? ECANCELED : 0;
	show_verdict_text(tb, time, side, ifname);
	return 0;
}

static int show_sa(struct nlmsghdr *hdr, bool json)
{
	char time[32], spi[SPI_STRLEN], ue[GMG_PREFIX_STRLEN];
	struct nlattr *tb[GMGUARD_A_SA_MAX + 1];
	const char *change;
	struct gmg_sa sa;
	json_t *doc;

	if (gnl_parse(hdr, tb, GMGUARD_A_SA_MAX) || sa_parse(hdr, &sa))
		return EBADMSG;
	now(time, json);
	change = sa_change_word(gnl_u32(tb[GMGUARD_A_SA_CHANGE]));
	if (json) {
		doc = json_pack("{s:s,s:s,s:s}", "event", "sa", "time", time, "change", change);
		json_object_update_new(doc, sa_json_event(&sa));
		return print_json_line(doc) ? ECANCELED : 0;
	}
	printf("%s sa %s %s ue %s impi %s state %s left %us\n", time, change,
	       spi_format(sa.spi_ps, spi), addr_format(&sa.ue, ue), sa.impi,
	       sa_state_word(sa.state), sa.lifetime);
	return 0;
}

static int show_tmpi(struct nlmsghdr *hdr, bool json)
{
	char time[32], ue[GMG_PREFIX_STRLEN];
	struct nlattr *tb[GMGUARD_A_TMPI_MAX + 1];
	const char *change;
	struct gmg_tmpi t;
	json_t *doc;

	if (gnl_parse(hdr, tb, GMGUARD_A_TMPI_MAX) || tmpi_parse(hdr, &t))
		return EBADMSG;
	now(time, json);
	change = tmpi_change_word(gnl_u32(tb[GMGUARD_A_TMPI_CHANGE]));
	if (json) {
		doc = json_pack("{s:s,s:s,s:s}", "event", "tmpi", "time", time, "change", change);
		json_object_update_new(doc, tmpi_json(&t));
		return print_json_line(doc) ? ECANCELED : 0;
	}
	printf("%s tmpi %s %s impi %s ue %s\n", time, change, t.tmpi, t.impi,
	       addr_format(&t.ue, ue));
	return 0;
}

static int show_port_policy(struct nlmsghdr *hdr, bool json)
{
	struct nlattr *tb[GMGUARD_A_INFO_MAX + 1];
	uint64_t restored;
	char time[32];

	if (gnl_parse(hdr, tb, GMGUARD_A_INFO_MAX))
		return EBADMSG;
	restored = gnl_u64(tb[GMGUARD_A_INFO_PORT_POLICIES_RESTORED]);
	now(time, json);
	if (json)
		return print_json_line(json_pack("{s:s,s:s,s:I}", "event", "port-policy",
						 "time", time, "restored",
						 (json_int_t)restored)) ? ECANCELED : 0;
	printf("%s port-policy: somebody took xfrm policies of protected ports away, they are back (%llu so far)\n",
	       time, (unsigned long long)restored);
	return 0;
}

int event_print(struct nlmsghdr *hdr, bool json)
{
	int err;

	switch (gnl_command(hdr)) {
	case GMGUARD_CMD_VERDICT_NTF:
		err = show_verdict(hdr, json);
		break;
	case GMGUARD_CMD_SA_NTF:
		err = show_sa(hdr, json);
		break;
	case GMGUARD_CMD_TMPI_NTF:
		err = show_tmpi(hdr, json);
		break;
	default:
		err = show_port_policy(hdr, json);
	}
	return !err && ferror(stdout) ? EIO : err;
}
