// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <netlink/genl/genl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "gnl.h"
#include "sa.h"

/* A dump that a change interrupts starts again, at most this often. */
#define TRIES 8

/* No request about SAs has more octets of attributes. */
#define ROOM 512

const char *spi_format(uint32_t spi, char buf[SPI_STRLEN])
{
	snprintf(buf, SPI_STRLEN, "0x%08x (%u)", spi, spi);
	return buf;
}

uint32_t sa_spi(const struct gmg_sa *sa, enum gmg_sa_role role)
{
	switch (role) {
	case SA_PS:
		return sa->spi_ps;
	case SA_PC:
		return sa->spi_pc;
	case SA_UC:
		return sa->spi_uc;
	default:
		return sa->spi_us;
	}
}

static bool take_address(struct gmg_prefix *p, const struct nlattr *attr)
{
	return !attr || prefix_from_octets(p, nla_data(attr), nla_len(attr));
}

/* The counters of one SA, to the one of the four that has its SPI. */
static int take_counters(struct gmg_sa *sa, struct nlattr *nest)
{
	struct nlattr *tb[GMGUARD_A_SA_COUNTERS_MAX + 1];
	struct gmg_sa_use *use;
	int role;

	if (gnl_parse_nested(nest, tb, GMGUARD_A_SA_COUNTERS_MAX))
		return EBADMSG;
	for (role = 0; role < SA_ROLES; role++)
		if (sa_spi(sa, role) == gnl_u32(tb[GMGUARD_A_SA_COUNTERS_SPI]))
			break;
	if (role == SA_ROLES)
		return EBADMSG;
	use = &sa->use[role];
	use->packets = gnl_u64(tb[GMGUARD_A_SA_COUNTERS_PACKETS]);
	use->octets = gnl_u64(tb[GMGUARD_A_SA_COUNTERS_OCTETS]);
	use->used = tb[GMGUARD_A_SA_COUNTERS_IDLE];
	use->idle = gnl_u32(tb[GMGUARD_A_SA_COUNTERS_IDLE]);
	return 0;
}

int sa_parse(struct nlmsghdr *hdr, struct gmg_sa *sa)
{
	struct nlattr *tb[GMGUARD_A_SA_MAX + 1], *attr;
	int rem;

	memset(sa, 0, sizeof(*sa));
	if (gnl_parse(hdr, tb, GMGUARD_A_SA_MAX) ||
	    !take_address(&sa->ue, tb[GMGUARD_A_SA_UE]) ||
	    !take_address(&sa->pcscf, tb[GMGUARD_A_SA_PCSCF]))
		return EBADMSG;
	sa->spi_ps = gnl_u32(tb[GMGUARD_A_SA_SPI_PS]);
	sa->spi_pc = gnl_u32(tb[GMGUARD_A_SA_SPI_PC]);
	sa->spi_uc = gnl_u32(tb[GMGUARD_A_SA_SPI_UC]);
	sa->spi_us = gnl_u32(tb[GMGUARD_A_SA_SPI_US]);
	sa->port_uc = gnl_u16(tb[GMGUARD_A_SA_PORT_UC]);
	sa->port_us = gnl_u16(tb[GMGUARD_A_SA_PORT_US]);
	sa->port_pc = gnl_u16(tb[GMGUARD_A_SA_PORT_PC]);
	sa->port_ps = gnl_u16(tb[GMGUARD_A_SA_PORT_PS]);
	sa->alg = gnl_u32(tb[GMGUARD_A_SA_ALG]);
	sa->ealg = gnl_u32(tb[GMGUARD_A_SA_EALG]);
	gnl_string(tb[GMGUARD_A_SA_IMPI], sa->impi, sizeof(sa->impi));
	attr = tb[GMGUARD_A_SA_DIGEST];
	if (attr && nla_len(attr) == GMGUARD_DIGEST_LEN)
		memcpy(sa->digest, nla_data(attr), GMGUARD_DIGEST_LEN);
	sa->emergency = tb[GMGUARD_A_SA_EMERGENCY];
	sa->ending = tb[GMGUARD_A_SA_GRACE];
	sa->over = gnl_u32(tb[GMGUARD_A_SA_OVER]);
	sa->state = gnl_u32(tb[GMGUARD_A_SA_STATE]);
	sa->lifetime = gnl_u32(tb[GMGUARD_A_SA_LIFETIME]);
	nlmsg_for_each_attr(attr, hdr, GENL_HDRLEN, rem)
		if (nla_type(attr) == GMGUARD_A_SA_COUNTERS && take_counters(sa, attr))
			return EBADMSG;
	return 0;
}

static int put_address(struct nl_msg *msg, int type, const struct gmg_prefix *p)
{
	return nla_put(msg, type, addr_octets(p->family), p->addr);
}

static int put_set(struct nl_msg *msg, const struct gmg_sa *sa)
{
	static const uint8_t none[GMGUARD_DIGEST_LEN];

	if (nla_put_u32(msg, GMGUARD_A_SA_SPI_UC, sa->spi_uc) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_SA_SPI_US, sa->spi_us) < 0 ||
	    put_address(msg, GMGUARD_A_SA_UE, &sa->ue) < 0 ||
	    put_address(msg, GMGUARD_A_SA_PCSCF, &sa->pcscf) < 0 ||
	    nla_put_u16(msg, GMGUARD_A_SA_PORT_UC, sa->port_uc) < 0 ||
	    nla_put_u16(msg, GMGUARD_A_SA_PORT_US, sa->port_us) < 0 ||
	    nla_put_u16(msg, GMGUARD_A_SA_PORT_PC, sa->port_pc) < 0 ||
	    nla_put_u16(msg, GMGUARD_A_SA_PORT_PS, sa->port_ps) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_SA_ALG, sa->alg) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_SA_EALG, sa->ealg) < 0 ||
	    nla_put_string(msg, GMGUARD_A_SA_IMPI, sa->impi) < 0)
		return -1;
	if (memcmp(sa->digest, none, sizeof(none)) &&
	    nla_put(msg, GMGUARD_A_SA_DIGEST, sizeof(sa->digest), sa->digest) < 0)
		return -1;
	if (sa->emergency && nla_put_flag(msg, GMGUARD_A_SA_EMERGENCY) < 0)
		return -1;
	return sa->over ? nla_put_u32(msg, GMGUARD_A_SA_OVER, sa->over) : 0;
}

/* The attributes of both keys. */
#define KEYS_SIZE (2 * NLA_HDRLEN + NLA_ALIGN(GMG_AUTH_KEY_MAX) + NLA_ALIGN(GMG_ENC_KEY_MAX))

/* An algorithm that is null has no key. @at is all zero; returns what is behind it. */
static uint8_t *put_key(uint8_t *at, uint16_t type, const uint8_t *key, size_t len)
{
	const struct nlattr attr = { .nla_len = NLA_HDRLEN + len, .nla_type = type };

	if (!len)
		return at;
	memcpy(at, &attr, sizeof(attr));
	memcpy(at + NLA_HDRLEN, key, len);
	return at + NLA_ALIGN(attr.nla_len);
}

static int take_new(struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *tb[GMGUARD_A_SA_MAX + 1];
	struct gmg_sa *sa = arg;

	if (gnl_parse(hdr, tb, GMGUARD_A_SA_MAX))
		return EBADMSG;
	sa->spi_ps = gnl_u32(tb[GMGUARD_A_SA_SPI_PS]);
	sa->spi_pc = gnl_u32(tb[GMGUARD_A_SA_SPI_PC]);
	return 0;
}

int sa_new(struct gmg_gnl *gnl, struct gmg_sa *sa, const struct gmg_esp_keys *esp)
{
	struct nl_msg *msg = gnl_message(gnl, GMGUARD_CMD_SA_NEW, 0, ROOM);
	uint8_t *keys = OPENSSL_secure_zalloc(KEYS_SIZE), *end;

	if (!msg || !keys || put_set(msg, sa) < 0) {
		nlmsg_free(msg);
		OPENSSL_secure_free(keys);
		return gnl_request(gnl, NULL, false, NULL, NULL);
	}
	end = put_key(keys, GMGUARD_A_SA_AUTH_KEY, esp->auth_key, esp->auth_len);
	end = put_key(end, GMGUARD_A_SA_ENC_KEY, esp->enc_key, esp->enc_len);
	if (!gnl_request_secret(gnl, msg, (struct iovec){ keys, end - keys }, take_new, sa) &&
	    !sa->spi_ps)
		gnl->error = EBADMSG;
	OPENSSL_secure_clear_free(keys, KEYS_SIZE);
	return gnl->error;
}

/* A request about one set, without memory NULL. */
static struct nl_msg *about(struct gmg_gnl *gnl, uint8_t cmd, uint32_t spi_ps)
{
	struct nl_msg *msg = gnl_message(gnl, cmd, 0, ROOM);

	if (msg && nla_put_u32(msg, GMGUARD_A_SA_SPI_PS, spi_ps) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int set_lifetime(struct gmg_gnl *gnl, uint8_t cmd, uint32_t spi_ps, uint32_t lifetime)
{
	struct nl_msg *msg = about(gnl, cmd, spi_ps);

	if (msg)
		nla_put_u32(msg, GMGUARD_A_SA_LIFETIME, lifetime);
	return gnl_request(gnl, msg, false, NULL, NULL);
}

int sa_establish(struct gmg_gnl *gnl, uint32_t spi_ps, uint32_t lifetime)
{
	return set_lifetime(gnl, GMGUARD_CMD_SA_ESTABLISH, spi_ps, lifetime);
}

int sa_shorten(struct gmg_gnl *gnl, uint32_t spi_ps, uint32_t lifetime)
{
	return set_lifetime(gnl, GMGUARD_CMD_SA_SHORTEN, spi_ps, lifetime);
}

int sa_del(struct gmg_gnl *gnl, uint32_t spi_ps, bool grace)
{
	struct nl_msg *msg = about(gnl, GMGUARD_CMD_SA_DEL, spi_ps);

	if (msg && grace)
		nla_put_flag(msg, GMGUARD_A_SA_GRACE);
	return gnl_request(gnl, msg, false, NULL, NULL);
}

static int take_one(struct nlmsghdr *hdr, void *arg)
{
	return sa_parse(hdr, arg);
}

int sa_get(struct gmg_gnl *gnl, uint32_t spi_ps, struct gmg_sa *sa)
{
	sa->spi_ps = 0;
	if (!gnl_request(gnl, about(gnl, GMGUARD_CMD_SA_GET, spi_ps), false, take_one, sa) &&
	    sa->spi_ps != spi_ps)
		gnl->error = EBADMSG;
	return gnl->error;
}

static struct nl_msg *filtered(struct gmg_gnl *gnl, uint8_t cmd, int flags,
			       const struct gmg_sa_filter *f)
{
	struct nl_msg *msg = gnl_message(gnl, cmd, flags, ROOM);

	if (!msg)
		return NULL;
	if ((f->ue.family && put_address(msg, GMGUARD_A_SA_UE, &f->ue) < 0) ||
	    (f->impi[0] && nla_put_string(msg, GMGUARD_A_SA_IMPI, f->impi) < 0) ||
	    (f->by_state && nla_put_u32(msg, GMGUARD_A_SA_STATE, f->state) < 0) ||
	    (f->idle && nla_put_u32(msg, GMGUARD_A_SA_IDLE, f->idle) < 0) ||
	    (f->spi && nla_put_u32(msg, GMGUARD_A_SA_SPI, f->spi) < 0)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int sa_flush(struct gmg_gnl *gnl, const struct gmg_sa_filter *filter)
{
	return gnl_request(gnl, filtered(gnl, GMGUARD_CMD_SA_FLUSH, 0, filter), false, NULL, NULL);
}

/* What a dump adds up to; @list as for sa_list(). */
struct sets {
	struct gmg_sa **list;
	uint32_t n;
};

static int take_set(struct nlmsghdr *hdr, void *arg)
{
	struct sets *s = arg;
	struct gmg_sa *sa;

	if (!s->list) {
		s->n++;
		return 0;
	}
	sa = config_add(s->list, &s->n, sizeof(*sa));
	return sa ? sa_parse(hdr, sa) : ENOMEM;
}

int sa_list(struct gmg_gnl *gnl, const struct gmg_sa_filter *filter, struct gmg_sa **list,
	    uint32_t *n)
{
	struct sets s = { .list = list };
	int i;

	for (i = 0; i < TRIES; i++) {
		s.n = 0;
		if (list)
			*list = NULL;
		gnl_request(gnl, filtered(gnl, GMGUARD_CMD_SA_GET, NLM_F_DUMP, filter), false,
			    take_set, &s);
		if ((gnl->error || (gnl->interrupted && i + 1 < TRIES)) && list)
			free(*list);
		if (gnl->error || !gnl->interrupted)
			break;
	}
	*n = s.n;
	return gnl->error;
}
