/* SPDX-License-Identifier: GPL-2.0 */
/* xfrm by its own netlink: the UE's side of a set, what others do to ours, and how
 * much there is. A program for each would take minutes.
 */
#ifndef _SELFTESTS_XFRM_H
#define _SELFTESTS_XFRM_H

#include <linux/xfrm.h>

#include "sa.h"

struct xfrm {
	struct client c;
	struct msg m;
};

/* An SA of a set, and what is the same at both its ends. */
struct sa {
	const char *src, *dst;
	__u16 sport, dport;
	__u32 spi, alg, ealg;
	bool up;	/* from the UE */
};

enum { SAS = 4 };

/* A, B, C and D of a set that got these SPIs from the P-CSCF. */
static inline struct sa sa_of(const struct set *s, __u32 spi_ps, __u32 spi_pc, int i)
{
	const struct sa all[SAS] = {
		{ s->ue, s->pcscf, s->port_uc, s->port_ps, spi_ps, s->alg, s->ealg, true },
		{ s->pcscf, s->ue, s->port_ps, s->port_uc, s->spi_uc, s->alg, s->ealg, false },
		{ s->pcscf, s->ue, s->port_pc, s->port_us, s->spi_us, s->alg, s->ealg, false },
		{ s->ue, s->pcscf, s->port_us, s->port_pc, spi_pc, s->alg, s->ealg, true },
	};

	return all[i];
}

static inline bool xfrm_open(struct xfrm *x)
{
	memset(x, 0, sizeof(*x));
	/* answers to GETSADINFO and GETSPDINFO begin with flags */
	return client_socket(&x->c, NETLINK_XFRM, sizeof(__u32));
}

static inline void xfrm_close(struct xfrm *x)
{
	free(x->m.at);
	client_close(&x->c);
}

static inline void xfrm_start(struct msg *m, int type, int flags, const void *data,
			      size_t len)
{
	struct nlmsghdr nlh = {
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags,
	};

	m->len = 0;
	msg_put(m, &nlh, sizeof(nlh));
	msg_put(m, data, len);
}

static inline int xfrm_ask(struct xfrm *x, int type, const void *data, size_t len)
{
	xfrm_start(&x->m, type, 0, data, len);
	return client_ask(&x->c, &x->m);
}

/* How many states there are; negative: it could not be told. */
static inline int xfrm_states(struct xfrm *x)
{
	__u32 flags = ~0U;
	int error = xfrm_ask(x, XFRM_MSG_GETSADINFO, &flags, sizeof(flags));

	return error ?: (int)attr_uint(attr_find(&x->c.reply, XFRMA_SAD_CNT));
}

/* The same of policies, in any direction. */
static inline int xfrm_policies(struct xfrm *x)
{
	__u32 flags = ~0U;
	int error = xfrm_ask(x, XFRM_MSG_GETSPDINFO, &flags, sizeof(flags));
	const struct nlattr *a = attr_find(&x->c.reply, XFRMA_SPD_INFO);
	struct xfrmu_spdinfo n;

	if (error || !a)
		return error ?: -ENOMSG;
	memcpy(&n, attr_data(a), sizeof(n));
	return n.incnt + n.outcnt + n.fwdcnt;
}

/* As anybody with the right to may. */
static inline int xfrm_flush_states(struct xfrm *x)
{
	struct xfrm_usersa_flush all = { .proto = IPPROTO_ESP };
	int error = xfrm_ask(x, XFRM_MSG_FLUSHSA, &all, sizeof(all));

	return error == -ESRCH ? 0 : error;
}

static inline int xfrm_flush_policies(struct xfrm *x)
{
	int error = xfrm_ask(x, XFRM_MSG_FLUSHPOLICY, NULL, 0);

	return error == -ESRCH ? 0 : error;
}

static inline void xfrm_selector(struct xfrm_selector *sel, const struct sa *sa)
{
	size_t len = policy_address((__u8 *)&sel->saddr, sa->src);

	policy_address((__u8 *)&sel->daddr, sa->dst);
	sel->family = len == 4 ? AF_INET : AF_INET6;
	sel->prefixlen_s = len * 8;
	sel->prefixlen_d = len * 8;
	sel->sport = htons(sa->sport);
	sel->dport = htons(sa->dport);
	sel->sport_mask = 0xffff;
	sel->dport_mask = 0xffff;
}

static inline struct xfrm_lifetime_cfg xfrm_for_ever(void)
{
	return (struct xfrm_lifetime_cfg) {
		XFRM_INF, XFRM_INF, XFRM_INF, XFRM_INF, 0, 0, 0, 0
	};
}

enum { XFRM_REQID = 7 };

/* With the key of sa.h. */
static inline void xfrm_put_state(struct msg *m, const struct sa *sa)
{
	static const char *const auth[] = { "hmac(md5)", "hmac(sha1)" };
	static const char *const cipher[] = {
		"ecb(cipher_null)", "cbc(des3_ede)", "cbc(aes)"
	};
	struct {
		union {
			struct xfrm_algo_auth auth;
			struct xfrm_algo cipher;
			struct xfrm_algo_aead aead;
		};
		__u8 key[32];
	} a;
	struct xfrm_usersa_info info = {
		.id.spi = htonl(sa->spi), .id.proto = IPPROTO_ESP,
		.lft = xfrm_for_ever(), .reqid = XFRM_REQID,
		.mode = XFRM_MODE_TRANSPORT, .replay_window = 32,
	};
	size_t len;

	xfrm_selector(&info.sel, sa);
	info.family = info.sel.family;
	info.id.daddr = info.sel.daddr;
	info.saddr = info.sel.saddr;
	xfrm_start(m, XFRM_MSG_NEWSA, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));

	memset(&a, 0, sizeof(a));
	if (sa->alg == GMGUARD_ALG_AES_GMAC || sa->alg == GMGUARD_ALG_NULL) {
		strcpy(a.aead.alg_name, sa->alg == GMGUARD_ALG_NULL ?
		       "rfc4106(gcm(aes))" : "rfc4543(gcm(aes))");
		a.aead.alg_key_len = 160;
		a.aead.alg_icv_len = 128;
		memcpy(a.aead.alg_key, sa_key, 20);
		msg_attr(m, XFRMA_ALG_AEAD, &a.aead, sizeof(a.aead) + 20);
		return;
	}
	len = sa_auth_len(sa->alg);
	strcpy(a.auth.alg_name, auth[sa->alg]);
	a.auth.alg_key_len = len * 8;
	a.auth.alg_trunc_len = 96;
	memcpy(a.auth.alg_key, sa_key, len);
	msg_attr(m, XFRMA_ALG_AUTH_TRUNC, &a.auth, sizeof(a.auth) + len);
	memset(&a, 0, sizeof(a));
	len = sa_enc_len(sa->ealg);
	strcpy(a.cipher.alg_name, cipher[sa->ealg]);
	a.cipher.alg_key_len = len * 8;
	memcpy(a.cipher.alg_key, sa_key, len);
	msg_attr(m, XFRMA_ALG_CRYPT, &a.cipher, sizeof(a.cipher) + len);
}

static inline void xfrm_put_policy(struct msg *m, const struct sa *sa, int dir)
{
	struct xfrm_userpolicy_info info = {
		.lft = xfrm_for_ever(), .dir = dir, .action = XFRM_POLICY_ALLOW,
	};
	struct xfrm_user_tmpl tmpl = {
		.id.proto = IPPROTO_ESP, .reqid = XFRM_REQID,
		.mode = XFRM_MODE_TRANSPORT,
		.aalgos = ~0U, .ealgos = ~0U, .calgos = ~0U,
	};

	xfrm_selector(&info.sel, sa);
	tmpl.family = info.sel.family;
	tmpl.id.daddr = info.sel.daddr;
	tmpl.saddr = info.sel.saddr;
	xfrm_start(m, XFRM_MSG_NEWPOLICY, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
	msg_attr(m, XFRMA_TMPL, &tmpl, sizeof(tmpl));
}

/* All of a set at the UE: states, and policies that lead to them. */
static inline int xfrm_add_ue(struct xfrm *x, const struct set *s, __u32 spi_ps,
			      __u32 spi_pc)
{
	int i, error = 0;

	for (i = 0; i < SAS && !error; i++) {
		struct sa sa = sa_of(s, spi_ps, spi_pc, i);

		xfrm_put_state(&x->m, &sa);
		error = client_ask(&x->c, &x->m);
		if (error)
			break;
		xfrm_put_policy(&x->m, &sa, sa.up ? XFRM_POLICY_OUT : XFRM_POLICY_IN);
		error = client_ask(&x->c, &x->m);
	}
	return error;
}

#endif /* _SELFTESTS_XFRM_H */
