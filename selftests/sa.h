/* SPDX-License-Identifier: GPL-2.0 */
/* SA sets, as a client of the netlink family asks for them. */
#ifndef _SELFTESTS_SA_H
#define _SELFTESTS_SA_H

#include "policy_text.h"

/* What sa-new is asked for; an absent address or IMPI is left out. */
struct set {
	const char *ue, *pcscf, *impi;
	__u32 spi_uc, spi_us;
	__u16 port_uc, port_us, port_pc, port_ps;
	__u32 alg, ealg;
	__u32 over;
	bool emergency;
};

/* A key nobody uses, that can be searched for. */
static const char sa_key[] = "gmguard-canary-key-0123456789";

static inline size_t sa_auth_len(__u32 alg)
{
	static const size_t len[] = { 16, 20, 20, 0 };

	return alg < ARRAY_SIZE(len) ? len[alg] : 0;
}

static inline size_t sa_enc_len(__u32 ealg)
{
	static const size_t len[] = { 0, 24, 16, 20 };

	return ealg < ARRAY_SIZE(len) ? len[ealg] : 0;
}

static inline void sa_address(struct msg *m, int type, const char *s)
{
	__u8 addr[64];

	if (s)
		msg_attr(m, type, addr, policy_address(addr, s));
}

static inline void sa_port(struct msg *m, int type, __u16 port)
{
	msg_attr(m, type, &port, sizeof(port));
}

static inline void sa_put(struct client *c, struct msg *m, const struct set *s)
{
	client_start(c, m, GMGUARD_CMD_SA_NEW, NLM_F_ACK);
	msg_u32(m, GMGUARD_A_SA_SPI_UC, s->spi_uc);
	msg_u32(m, GMGUARD_A_SA_SPI_US, s->spi_us);
	sa_address(m, GMGUARD_A_SA_UE, s->ue);
	sa_address(m, GMGUARD_A_SA_PCSCF, s->pcscf);
	sa_port(m, GMGUARD_A_SA_PORT_UC, s->port_uc);
	sa_port(m, GMGUARD_A_SA_PORT_US, s->port_us);
	sa_port(m, GMGUARD_A_SA_PORT_PC, s->port_pc);
	sa_port(m, GMGUARD_A_SA_PORT_PS, s->port_ps);
	msg_u32(m, GMGUARD_A_SA_ALG, s->alg);
	msg_u32(m, GMGUARD_A_SA_EALG, s->ealg);
	msg_attr(m, GMGUARD_A_SA_AUTH_KEY, sa_key, sa_auth_len(s->alg));
	msg_attr(m, GMGUARD_A_SA_ENC_KEY, sa_key, sa_enc_len(s->ealg));
	if (s->impi)
		msg_string(m, GMGUARD_A_SA_IMPI, s->impi);
	if (s->emergency)
		msg_attr(m, GMGUARD_A_SA_EMERGENCY, NULL, 0);
	if (s->over)
		msg_u32(m, GMGUARD_A_SA_OVER, s->over);
}

/* The new set's spi_ps, or a negative errno. */
static inline __s64 sa_new(struct client *c, const struct set *s)
{
	struct msg m = {};
	int error;

	sa_put(c, &m, s);
	error = client_ask(c, &m);
	free(m.at);
	return error ?: (__s64)attr_uint(attr_find(&c->reply, GMGUARD_A_SA_SPI_PS));
}

static inline int sa_command(struct client *c, int cmd, __u32 spi, int type,
			     __u32 value)
{
	struct msg m = {};
	int error;

	client_start(c, &m, cmd, NLM_F_ACK);
	if (spi)
		msg_u32(&m, GMGUARD_A_SA_SPI_PS, spi);
	if (type == GMGUARD_A_SA_GRACE)
		msg_attr(&m, type, NULL, 0);
	else if (type)
		msg_u32(&m, type, value);
	error = client_ask(c, &m);
	free(m.at);
	return error;
}

static inline int sa_establish(struct client *c, __u32 spi, __u32 seconds)
{
	return sa_command(c, GMGUARD_CMD_SA_ESTABLISH, spi, GMGUARD_A_SA_LIFETIME,
			  seconds);
}

static inline int sa_shorten(struct client *c, __u32 spi, __u32 seconds)
{
	return sa_command(c, GMGUARD_CMD_SA_SHORTEN, spi, GMGUARD_A_SA_LIFETIME,
			  seconds);
}

static inline int sa_del(struct client *c, __u32 spi)
{
	return sa_command(c, GMGUARD_CMD_SA_DEL, spi, 0, 0);
}

/* Attribute @type of a set; ~0 where there is no such set. */
static inline __u64 sa_get(struct client *c, __u32 spi, int type)
{
	if (sa_command(c, GMGUARD_CMD_SA_GET, spi, 0, 0))
		return ~0ULL;
	return attr_uint(attr_find(&c->reply, type));
}

/* How many sets a dump has, all or those with @type @value. */
static inline int sa_count(struct client *c, int type, __u32 value)
{
	struct msg m = {};
	int error;

	client_start(c, &m, GMGUARD_CMD_SA_GET, NLM_F_DUMP);
	if (type)
		msg_u32(&m, type, value);
	error = client_ask(c, &m);
	free(m.at);
	return error ?: (int)c->messages;
}

#endif /* _SELFTESTS_SA_H */
