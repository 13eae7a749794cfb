// SPDX-License-Identifier: GPL-2.0
#include <linux/gmguard.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "words.h"

const cyaml_strval_t mode_words[GMG_MODES] = {
	{ "off",	GMGUARD_MODE_OFF },
	{ "observe",	GMGUARD_MODE_OBSERVE },
	{ "enforce",	GMGUARD_MODE_ENFORCE },
};

const cyaml_strval_t trust_words[GMG_TRUSTS] = {
	{ "untrusted",	GMGUARD_TRUST_UNTRUSTED },
	{ "trusted",	GMGUARD_TRUST_TRUSTED },
	{ "foreign",	GMGUARD_TRUST_FOREIGN },
};

const cyaml_strval_t role_words[GMG_ROLES] = {
	{ "other",	GMGUARD_ROLE_OTHER },
	{ "cscf",	GMGUARD_ROLE_CSCF },
	{ "bgcf",	GMGUARD_ROLE_BGCF },
	{ "mgcf",	GMGUARD_ROLE_MGCF },
	{ "mrf",	GMGUARD_ROLE_MRF },
	{ "ibcf",	GMGUARD_ROLE_IBCF },
	{ "hss",	GMGUARD_ROLE_HSS },
	{ "as",		GMGUARD_ROLE_AS },
};

const cyaml_strval_t open_proto_words[GMG_OPEN_PROTOS] = {
	{ "udp",	IPPROTO_UDP },
	{ "tcp",	IPPROTO_TCP },
	{ "sctp",	IPPROTO_SCTP },
};

const cyaml_strval_t tmpi_mode_words[GMG_TMPI_MODES] = {
	{ "off",	GMGUARD_TMPI_MODE_OFF },
	{ "observe",	GMGUARD_TMPI_MODE_OBSERVE },
	{ "prefer",	GMGUARD_TMPI_MODE_PREFER },
	{ "require",	GMGUARD_TMPI_MODE_REQUIRE },
};

/* As in Security-Client, TS 33.203 Annex H. */
const cyaml_strval_t alg_words[GMG_ALGS] = {
	{ "hmac-md5-96",	GMGUARD_ALG_HMAC_MD5_96 },
	{ "hmac-sha-1-96",	GMGUARD_ALG_HMAC_SHA_1_96 },
	{ "aes-gmac",		GMGUARD_ALG_AES_GMAC },
	{ "null",		GMGUARD_ALG_NULL },
};

const cyaml_strval_t ealg_words[GMG_EALGS] = {
	{ "null",		GMGUARD_EALG_NULL },
	{ "des-ede3-cbc",	GMGUARD_EALG_DES_EDE3_CBC },
	{ "aes-cbc",		GMGUARD_EALG_AES_CBC },
	{ "aes-gcm",		GMGUARD_EALG_AES_GCM },
};

const cyaml_strval_t sa_state_words[GMG_SA_STATES] = {
	{ "temporary",	 GMGUARD_SA_STATE_TEMPORARY },
	{ "established", GMGUARD_SA_STATE_ESTABLISHED },
	{ "in-use",	 GMGUARD_SA_STATE_IN_USE },
	{ "old",	 GMGUARD_SA_STATE_OLD },
};

const cyaml_strval_t sip_action_words[GMG_SIP_ACTIONS] = {
	{ "keep",	GMGUARD_SIP_ACTION_KEEP },
	{ "remove",	GMGUARD_SIP_ACTION_REMOVE },
	{ "drop",	GMGUARD_SIP_ACTION_DROP },
};

static const cyaml_strval_t sa_change_words[] = {
	{ "new",	 GMGUARD_SA_CHANGE_NEW },
	{ "established", GMGUARD_SA_CHANGE_ESTABLISHED },
	{ "in-use",	 GMGUARD_SA_CHANGE_IN_USE },
	{ "old",	 GMGUARD_SA_CHANGE_OLD },
	{ "deleted",	 GMGUARD_SA_CHANGE_DELETED },
	{ "expired",	 GMGUARD_SA_CHANGE_EXPIRED },
	{ "replaced",	 GMGUARD_SA_CHANGE_REPLACED },
	{ "lost",	 GMGUARD_SA_CHANGE_LOST },
};

static const cyaml_strval_t tmpi_change_words[] = {
	{ "new",	 GMGUARD_TMPI_CHANGE_NEW },
	{ "renewed",	 GMGUARD_TMPI_CHANGE_RENEWED },
	{ "ending",	 GMGUARD_TMPI_CHANGE_ENDING },
	{ "expired",	 GMGUARD_TMPI_CHANGE_EXPIRED },
	{ "deleted",	 GMGUARD_TMPI_CHANGE_DELETED },
};

static const cyaml_strval_t proto_words[] = {
	{ "udp",	IPPROTO_UDP },
	{ "tcp",	IPPROTO_TCP },
	{ "sctp",	IPPROTO_SCTP },
	{ "icmp",	IPPROTO_ICMP },
	{ "icmpv6",	IPPROTO_ICMPV6 },
	{ "esp",	IPPROTO_ESP },
	{ "ah",		IPPROTO_AH },
};

static const cyaml_strval_t hook_words[] = {
	{ "prerouting",	GMGUARD_HOOK_PREROUTING },
	{ "input",	GMGUARD_HOOK_INPUT },
	{ "forward",	GMGUARD_HOOK_FORWARD },
	{ "postrouting", GMGUARD_HOOK_POSTROUTING },
};

static const cyaml_strval_t action_words[] = {
	{ "drop",	GMGUARD_ACTION_DROP },
	{ "observe",	GMGUARD_ACTION_OBSERVE },
	{ "scrub",	GMGUARD_ACTION_SCRUB },
};

const char *number_word(uint32_t value)
{
	static __thread char buf[4][sizeof("4294967295")];
	static __thread unsigned int next;

	next = (next + 1) % ARRAY_SIZE(buf);
	snprintf(buf[next], sizeof(buf[next]), "%u", value);
	return buf[next];
}

static const char *word(const cyaml_strval_t *row, size_t n, uint32_t value)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (row[i].val == value)
			return row[i].str;
	return number_word(value);
}

const char *mode_word(uint32_t mode)
{
	return word(mode_words, ARRAY_SIZE(mode_words), mode);
}

const char *hook_word(uint32_t hook)
{
	return word(hook_words, ARRAY_SIZE(hook_words), hook);
}

const char *action_word(uint32_t action)
{
	return word(action_words, ARRAY_SIZE(action_words), action);
}

const char *proto_word(uint32_t proto)
{
	return word(proto_words, ARRAY_SIZE(proto_words), proto);
}

const char *alg_word(uint32_t alg)
{
	return word(alg_words, ARRAY_SIZE(alg_words), alg);
}

const char *ealg_word(uint32_t ealg)
{
	return word(ealg_words, ARRAY_SIZE(ealg_words), ealg);
}

const char *sa_state_word(uint32_t state)
{
	return word(sa_state_words, ARRAY_SIZE(sa_state_words), state);
}

const char *sa_change_word(uint32_t change)
{
	return word(sa_change_words, ARRAY_SIZE(sa_change_words), change);
}

const char *tmpi_change_word(uint32_t change)
{
	return word(tmpi_change_words, ARRAY_SIZE(tmpi_change_words), change);
}

bool word_value(const cyaml_strval_t *row, size_t n, const char *text, uint32_t *value)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(row[i].str, text))
			continue;
		*value = row[i].val;
		return true;
	}
	return false;
}
