# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # sm1 is of register.sh
# A UE with an ISIM, a P-CSCF that is a small relay about gmguard agree, and an S-CSCF with an
# AuC: they speak SIP over UDP, each from its network namespace of common.sh, and keep their
# files in $WORK. Sourced there after sets.sh and register.sh. Each acts when it is told to,
# on what has come to it by then:
#
#      ue1  5060 ------- 5060 --+        +-- 5060 ------ 5060  core
#            UC  ------> 6100 -- pcscf --+
#            6300 <---- 5100... +
#
# What the UE and the S-CSCF are to do wrong, the test says.

US=6300
printf 'k %s\nop %s\n' 465b5ce8b199b49faa5f0a2ee238a6bc cdc202d5123e20f62b6d676ac72cb318 >isim
cp isim auc
chmod 600 isim auc

# --- sockets and messages ---
declare -A SOCKET=() GOT=()
socket() { # NAME NETNS ADDRESS PORT: what comes there is kept in NAME.1, NAME.2 and so on
	local fd line=

	exec {fd}< <(exec pkt in "$2" recv -t 86400 -c 1000000 -w "$1" "$3" "$4")
	SOCKET[$1]=$fd GOT[$1]=0
	read -r -t 20 -u "$fd" line
	[ "$line" = ready ]
}

# got NAME: the next datagram there: FROM, where it came from, and its file MESSAGE
got() {
	read -r -t 10 -u "${SOCKET[$1]}" FROM _ || return
	GOT[$1]=$((GOT[$1] + 1))
	MESSAGE=$1.${GOT[$1]}
}

# silent NAME...: nothing has come there that was not looked at
silent() {
	local name

	for name; do
		! read -r -t 0 -u "${SOCKET[$name]}" || return
	done
}

say() { # NETNS FROM TO FILE
	in_ns "$1" pkt send "$2" "$3" "@$4"
}

# value HEADER FILE: VALUE is that of the first header of this name
value() {
	local line

	while IFS= read -r line && [ "${line%$'\r'}" ]; do
		VALUE=${line#*: } VALUE=${VALUE%$'\r'}
		[[ ${line,,} != "${1,,}:"* ]] || return 0
	done <"$2"
	VALUE=
	return 1
}

param() { # NAME: PARAM is that of VALUE
	PARAM=
	[[ ,$VALUE =~ [,\ ]$1=\"?([^,\"]*) ]] && PARAM=${BASH_REMATCH[1]}
}

starts() { # FILE TEXT: does it begin so?
	local line

	IFS= read -r line <"$1"
	[[ $line == "$2"* ]]
}

# response_to FILE "STATUS PHRASE" LINE...: an answer to the request in FILE
response_to() {
	local line

	printf 'SIP/2.0 %s\r\n' "$2"
	while IFS= read -r line && [ "${line%$'\r'}" ]; do
		case $line in
		Via:* | From:* | To:* | Call-ID:* | CSeq:*) printf '%s\n' "$line" ;;
		esac
	done <"$1"
	printf '%s\r\n' "${@:3}" 'Content-Length: 0' ''
}

# ims UE ENDPOINT MW S-CSCF: the addresses they have from here on
ims() {
	UE=$1 EP=$2 MW=$3 SCSCF=$4
	U=$(brackets "$UE") E=$(brackets "$EP") M=$(brackets "$MW") S=$(brackets "$SCSCF")
	socket ue ue1 "$UE" 5060 && socket us ue1 "$UE" $US && socket gm pcscf "$EP" 5060 &&
		socket ps pcscf "$EP" 6100 && socket mw pcscf "$MW" 5060 &&
		socket core core "$SCSCF" 5060
}

# --- the UE ---
CSEQ=0 CONTACT=0 ISIM_SQN=000000000000
VERIFY='' UC=''		# of the set in use
BY=''			# a TMPI, which it comes by

# ue_offers: new SPIs and a new client port, as for each authentication
ue_offers() {
	CONTACT=$((CONTACT + 1))
	NEW_UC=$((6300 + CONTACT)) SPI_UC=$((25654 + 2 * CONTACT)) SPI_US=$((25655 + 2 * CONTACT))
	CLIENT="$MD5, $SHA, $CBC"
	CLIENT=${CLIENT//"$END"/"spi-c=$SPI_UC;spi-s=$SPI_US;port-c=$NEW_UC;port-s=$US"}
}

# What an attacker does, as a program of sed, to what is in clear between UE and P-CSCF.
AIR=''
through_air() { # FILE
	[ -z "$AIR" ] || sed -i "$AIR" "$1"
}

ue_says() { # FROM-PORT TO-PORT VIA-PORT LINE...: the next REGISTER, in the file sent
	CSEQ=$((CSEQ + 1))
	change sm1 "Via: SIP/2.0/UDP $U:$3;branch=z9hG4bK$CSEQ" "CSeq: $CSEQ REGISTER" \
		"Contact: <sip:$U:$US>" "Security-Client: $CLIENT" "${@:4}" >sent
	[ -z "$BY" ] || sed -i "s#$IMPI#$BY#g" sent
	[ "$2" != 5060 ] || through_air sent
	say ue1 "$U:$1" "$E:$2" sent
}

ue_in_clear() { # LINE...
	ue_says 5060 5060 5060 "$@"
}

ue_under_esp() { # LINE...: under the set in use
	ue_says "$UC" 6100 $US "Security-Verify: $VERIFY" "$@"
}

# ue_asks: the ISIM answers the challenge in MESSAGE, the keys are in ue.keys
ue_asks() {
	local word rest

	rm -f ue.keys
	value WWW-Authenticate "$MESSAGE" && param nonce || return
	NONCE_OF_UE=$PARAM
	while read -r word rest; do
		case $word in
		result) RESULT=$rest ;;
		authorization) AUTHORIZATION=$rest ;;
		sqn) CHALLENGE_SQN=$rest ;;
		esac
	done < <(gmguard aka answer --keys isim --nonce "$PARAM" --impi "$IMPI" --realm "$HOST" \
		--uri "sip:$HOST" --qop auth --cnonce 0a4f113b --sqn "$ISIM_SQN" --write-keys ue.keys 2>/dev/null)
	[ "$RESULT" != answer ] || ISIM_SQN=$CHALLENGE_SQN
}

# ue_agrees: takes the first of Security-Server in MESSAGE that it has offered, and its SAs
ue_agrees() {
	local entry

	value Security-Server "$MESSAGE" || return
	SERVER=$VALUE
	while read -r entry; do
		[[ $entry =~ \;(alg=[^;]*\;ealg=[^;]*)\; ]] || return
		TAKEN=${BASH_REMATCH[1]}
		[[ $CLIENT != *";$TAKEN;"* ]] || break
	done <<<"${SERVER//, /$'\n'}"
	[[ $entry =~ spi-c=([0-9]+)\;spi-s=([0-9]+)\;port-c=([0-9]+)\;port-s=6100$ ]] || return
	TAKEN=${TAKEN#alg=}
	ue_sas ue1 "${TAKEN/;ealg=/:}" ue.keys "$UE" "$NEW_UC" $US "$SPI_UC" "$SPI_US" \
		"$EP" "${BASH_REMATCH[3]}" 6100 "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
}

# shellcheck disable=SC2120 # by registration.sh
ue_responds() { # LINE...: under the new set
	ue_says "$NEW_UC" 6100 $US "Authorization: $AUTHORIZATION" "Security-Verify: $SERVER" "$@"
}

# ue_derives: it comes by the TMPI of the last challenge from here on, by the policy's profile
ue_derives() {
	read -r _ BY < <(gmguard tmpi derive --keys ue.keys --impi "$IMPI" --policy "$WORK/policy.yaml" \
		--rand "$(base64 -d <<<"$NONCE_OF_UE" | od -An -tx1 -N16 | tr -d ' \n')" 2>/dev/null)
}

# ue_registered: the set of the last challenge is in use
ue_registered() {
	starts "$MESSAGE" "SIP/2.0 200" || return
	UC=$NEW_UC VERIFY=$SERVER
}

ue_forgets() {
	ue_flush ue1
	UC='' VERIFY=''
}

# text FROM-ADDRESS TEXT: a MESSAGE, RFC 3428
text() {
	CSEQ=$((CSEQ + 1))
	printf '%s\r\n' "MESSAGE sip:$IMPI SIP/2.0" "Via: SIP/2.0/UDP $1;branch=z9hG4bK$CSEQ" \
		'Max-Forwards: 70' "From: <sip:$IMPI>;tag=m" "To: <sip:$IMPI>" "Call-ID: m$CSEQ" \
		"CSeq: $CSEQ MESSAGE" 'Content-Type: text/plain' "Content-Length: ${#2}" ''
	printf %s "$2"
}

ue_writes() { # TEXT
	text "$U:$US" "$1" >sent
	say ue1 "$U:$UC" "$E:6100" sent
}

# ue_takes: the request in MESSAGE
ue_takes() {
	response_to "$MESSAGE" "200 OK" >sent
	say ue1 "$U:$UC" "$E:6100" sent
}

# --- the P-CSCF ---
pcscf_asks() { # ARG...: gmguard agree
	gm agree "$@" >told 2>why
	status=$?
	[ $status = 0 ]
}

# with_via FILE, without_via FILE: as a message goes on to the S-CSCF, and back
with_via() {
	local lines

	mapfile lines <"$1"
	printf %s "${lines[0]}" "Via: SIP/2.0/UDP $M:5060;branch=z9hG4bKp$CSEQ"$'\r\n' \
		"${lines[@]:1}" >"$1.on"
}
without_via() {
	local lines i

	mapfile lines <"$1"
	for i in "${!lines[@]}"; do
		[[ ${lines[i]} != Via:* ]] || break
	done
	unset "lines[i]"
	printf %s "${lines[@]}" >"$1.on"
}

# pcscf_way: the set SET that the REGISTER came by, and where the answer to it goes. What the
# P-CSCF knows of a set, by its port_uc: spi_ps, port_us, port_pc, and that of the set which
# protected the REGISTER that it was made of, or its own.
declare -A SETS=()
pcscf_way() {
	local us pc

	SET='' ANSWER_FROM=$E:5060 ANSWER_TO=$SOURCE
	[ "$LOCAL" != "$E:5060" ] || return 0
	read -r SET us pc OVER_PC <<<"${SETS[${SOURCE##*:}]}"
	ANSWER_FROM=$E:$pc ANSWER_TO=$U:$us
}

# pcscf_remembers: the set that was made of REGISTER, whose challenge is told
pcscf_remembers() {
	local uc us pc

	value Security-Client "$REGISTER"
	[[ $VALUE =~ port-c=([0-9]+)\;port-s=([0-9]+) ]]
	uc=${BASH_REMATCH[1]} us=${BASH_REMATCH[2]}
	value Security-Server told
	[[ $VALUE =~ spi-s=([0-9]+)\;port-c=([0-9]+) ]]
	NEW=${BASH_REMATCH[1]} pc=${BASH_REMATCH[2]}
	pcscf_way
	SETS[$uc]="$NEW $us $pc $pc"
	[ -z "$SET" ] || SETS[$uc]="$NEW $us $pc ${ANSWER_FROM##*:}"
}

# pcscf_refuses: by the answer that agree says, if any
pcscf_refuses() {
	local lines

	[[ $(<why) =~ "the answer is "([^$'\n']*) ]] || return 0
	mapfile -t lines < <(grep -v '^gmguard: ' why)
	response_to "$REGISTER" "${BASH_REMATCH[1]}" "${lines[@]}" >refusal
	pcscf_way
	say pcscf "$ANSWER_FROM" "$ANSWER_TO" refusal
}

pcscf_register() { # PORT
	REGISTER=$MESSAGE SOURCE=$FROM LOCAL=$E:$1
	pcscf_asks verify --register "$REGISTER" --source "$SOURCE" --local "$LOCAL" ||
		{ pcscf_refuses; return; }
	VERDICT=$(<why)
	value Authorization told && param username
	REGISTRANT=$PARAM
	with_via told
	# what cannot be agreed on need not be asked of the S-CSCF
	[[ $VERDICT != *": initial,"* ]] || pcscf_asks offer --register "$REGISTER" --source "$SOURCE" ||
		{ pcscf_refuses; return; }
	say pcscf "$M:5060" "$S:5060" told.on
}

# pcscf_conceals: the answer to who came by a TMPI has that again; it is told
pcscf_conceals() { # ANSWER
	value Authorization "$REGISTER" && param username
	[[ $PARAM == *@tmpi.bsf.* ]] &&
		pcscf_asks conceal --register "$REGISTER" --impi "$REGISTRANT" --answer "$1"
}

pcscf_answer() { # to the REGISTER, from the S-CSCF
	local answer=$MESSAGE

	# SM7 is challenged again: to the UE it has failed
	if starts "$answer" "SIP/2.0 401" && [[ $VERDICT == *": response,"* ]]; then
		pcscf_way
		pcscf_asks reject "$SET" --answer "$answer" || { pcscf_refuses; return; }
		response_to "$REGISTER" "403 Forbidden" >refusal
		say pcscf "$E:$OVER_PC" "$ANSWER_TO" refusal
		return
	fi
	if starts "$answer" "SIP/2.0 401"; then
		pcscf_asks challenge --register "$REGISTER" --challenge "$answer" \
			--source "$SOURCE" --local "$LOCAL" || { pcscf_refuses; return; }
		pcscf_remembers
		answer=told
	fi
	pcscf_way
	if [ "$SET" ] && starts "$answer" "SIP/2.0 2"; then
		pcscf_asks accept "$SET" --answer "$answer" || { pcscf_refuses; return; }
	elif [ "$SET" ] && [ "$answer" != told ]; then
		pcscf_asks reject "$SET" --answer "$answer" || { pcscf_refuses; return; }
		# TS 33.203 7.4.2a
		[[ $(<told) != *": rejected" ]] || ANSWER_FROM=$E:$OVER_PC
	fi
	[ "$answer" = told ] || ! pcscf_conceals "$answer" || answer=told
	without_via "$answer"
	say pcscf "$ANSWER_FROM" "$ANSWER_TO" "$answer.on"
}

# pcscf_delivers FILE: by the set in use, or by a new one if it is the first (TS 33.203 7.4.2a)
pcscf_delivers() {
	local state

	for state in in-use established; do
		[[ $(gm -j sa list --ue "$UE" --state $state) =~ \"port-us\":([0-9]+),\"port-pc\":([0-9]+) ]] &&
			break
	done
	say pcscf "$E:${BASH_REMATCH[2]}" "$U:${BASH_REMATCH[1]}" "$1"
}

# pcscf SOCKET: with the next message there: gm and ps are the UE's, mw the S-CSCF's
pcscf() {
	got "$1" || return
	value CSeq "$MESSAGE"
	case $1:$VALUE in
	gm:*REGISTER) pcscf_register 5060 ;;
	ps:*REGISTER) pcscf_register 6100 ;;
	mw:*REGISTER) pcscf_answer ;;
	*)
		if starts "$MESSAGE" SIP/; then without_via "$MESSAGE"; else with_via "$MESSAGE"; fi
		if [ "$1" = mw ]; then
			pcscf_delivers "$MESSAGE.on"
		else
			say pcscf "$M:5060" "$S:5060" "$MESSAGE.on"
		fi
		;;
	esac
}

# --- the S-CSCF ---
AUC_SQN=32
declare -A VECTOR=()
CHALLENGES=''	# 1: also who is authenticated
AGAIN=''	# 1: also whose response is wrong

scscf_answers() { # "STATUS PHRASE" LINE...
	(umask 077; response_to "$MESSAGE" "$@" >answer)
	say core "$S:5060" "$M:5060" answer
}

scscf_challenges() { # OPTION...: of the AuC
	local word rest

	while read -r word rest; do
		VECTOR[$word]=$rest
	done < <(gmguard aka vector --keys auc "$@")
	AUC_SQN=$((16#${VECTOR[sqn]} + 32))
	printf '%s\n' "${VECTOR[ck]}" "${VECTOR[ik]}" >>auc.keys
	scscf_answers "401 Unauthorized" "WWW-Authenticate: Digest realm=\"$HOST\", nonce=\"${VECTOR[nonce]}\", algorithm=AKAv1-MD5, ik=\"${VECTOR[ik]}\", ck=\"${VECTOR[ck]}\", qop=\"auth\""
}

md5() { # TEXT: with the escapes of printf; sets SUM
	read -r SUM _ < <(printf %b "$1" | md5sum)
}

# scscf_believes: is the response in VALUE that of XRES (RFC 3310 3.3, RFC 2617 3.2.2.1)?
scscf_believes() {
	local octets='' i uri

	for ((i = 0; i < ${#VECTOR[xres]}; i += 2)); do
		octets+="\\x${VECTOR[xres]:i:2}"
	done
	param nonce
	[ "$PARAM" = "${VECTOR[nonce]}" ] || return
	md5 "REGISTER:sip:$HOST"
	uri=$SUM
	md5 "$IMPI:$HOST:$octets"
	md5 "$SUM:$PARAM:00000001:0a4f113b:auth:$uri"
	param response
	[ "$PARAM" = "$SUM" ]
}

# scscf: with the next message there. It trusts what the P-CSCF says of a REGISTER.
scscf() {
	local expires=600 protected response nonce

	got core || return
	if starts "$MESSAGE" SIP/; then
		return
	elif ! starts "$MESSAGE" REGISTER; then
		scscf_answers "200 OK"
		return
	fi
	value Expires "$MESSAGE" && [ "$VALUE" != 0 ] || expires=0
	value Authorization "$MESSAGE"
	param integrity-protected
	protected=$PARAM
	param response
	response=$PARAM
	param nonce
	nonce=$PARAM
	param auts
	if [ "$PARAM" ]; then
		scscf_challenges --nonce "$nonce" --auts "$PARAM"
	elif [ "$nonce" ] && [ -z "$response" ]; then
		scscf_answers "403 Forbidden"
	elif [ "$protected" = yes ] && [ "$response" ] && ! scscf_believes; then
		if [ "$AGAIN" ]; then
			scscf_challenges --sqn "$(printf %012x $AUC_SQN)"
		else
			scscf_answers "403 Forbidden"
		fi
	elif [ "$protected" = yes ] && { [ "$response" ] || [ -z "$CHALLENGES" ]; }; then
		scscf_answers "200 OK" "Contact: <sip:$U:$US>;expires=$expires" "P-Associated-URI: <sip:$IMPI>"
	else
		scscf_challenges --sqn "$(printf %012x $AUC_SQN)"
	fi
}

scscf_writes() { # TEXT
	text "$S:5060" "$1" >sent
	say core "$S:5060" "$M:5060" sent
}

# --- all three ---
# challenged HOW LINE...: a REGISTER by ue_in_clear or ue_under_esp comes to its challenge
challenged() {
	local from=gm to=ue

	NEW=''
	[ "$1" = ue_in_clear ] || from=ps to=us
	ue_offers
	"$@" && pcscf $from && scscf && pcscf mw && got $to && starts "$MESSAGE" "SIP/2.0 401" ||
		return
	[ $to != ue ] || through_air "$MESSAGE"
}

# agreed HOW LINE...: and the UE takes it up
agreed() {
	challenged "$@" && ue_asks && ue_agrees
}

# concluded: the response comes to the S-CSCF, and its answer to the UE by the new set
concluded() {
	# shellcheck disable=SC2119 # none
	ue_responds && pcscf ps && scscf && pcscf mw && got us
}

registers() { # HOW LINE...
	agreed "$@" && concluded && ue_registered
}

# ue_reaches TEXT, ue_is_reached TEXT: a MESSAGE and its answer, FROM where the UE got its part
ue_reaches() {
	ue_writes "$1" && pcscf ps && scscf && grep -q "$1" "$MESSAGE" && pcscf mw && got us &&
		starts "$MESSAGE" "SIP/2.0 200"
}
ue_is_reached() {
	local from

	scscf_writes "$1" && pcscf mw && got us && grep -q "$1" "$MESSAGE" || return
	from=$FROM
	ue_takes && pcscf ps && scscf && starts "$MESSAGE" "SIP/2.0 200" || return
	FROM=$from
}

# ue_leaves: it deregisters
ue_leaves() {
	ue_under_esp 'Expires: 0' && pcscf ps && scscf && pcscf mw && got us &&
		starts "$MESSAGE" "SIP/2.0 200"
}
