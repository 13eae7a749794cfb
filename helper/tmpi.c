// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "gnl.h"
#include "pure/sip_nai.h"
#include "tmpi.h"

/* A dump that a change interrupts starts again, at most this often. */
#define TRIES 8

/* No request about TMPIs has more octets of attributes. */
#define ROOM 512

static bool take_ue(struct gmg_prefix *to, const struct nlattr *ue)
{
	return ue && prefix_from_octets(to, nla_data(ue), nla_len(ue));
}

int tmpi_parse(struct nlmsghdr *hdr, struct gmg_tmpi *t)
{
	struct nlattr *tb[GMGUARD_A_TMPI_MAX + 1];

	memset(t, 0, sizeof(*t));
	if (gnl_parse(hdr, tb, GMGUARD_A_TMPI_MAX) || !take_ue(&t->ue, tb[GMGUARD_A_TMPI_UE]) ||
	    !gnl_string(tb[GMGUARD_A_TMPI_TMPI], t->tmpi, sizeof(t->tmpi)) ||
	    !gnl_string(tb[GMGUARD_A_TMPI_IMPI], t->impi, sizeof(t->impi)))
		return EBADMSG;
	/* without its address it stands for nobody */
	if (take_ue(&t->previous_ue, tb[GMGUARD_A_TMPI_PREVIOUS_UE]))
		gnl_string(tb[GMGUARD_A_TMPI_PREVIOUS], t->previous, sizeof(t->previous));
	t->spi_ps = gnl_u32(tb[GMGUARD_A_TMPI_SPI_PS]);
	t->lifetime = gnl_u32(tb[GMGUARD_A_TMPI_LIFETIME]);
	t->expired = tb[GMGUARD_A_TMPI_EXPIRED];
	return 0;
}

static int put_ue(struct nl_msg *msg, const struct gmg_prefix *ue)
{
	return ue->family ? nla_put(msg, GMGUARD_A_TMPI_UE, addr_octets(ue->family), ue->addr) : 0;
}

static int put_spi(struct nl_msg *msg, uint32_t spi_ps)
{
	return spi_ps ? nla_put_u32(msg, GMGUARD_A_TMPI_SPI_PS, spi_ps) : 0;
}

int tmpi_new(struct gmg_gnl *gnl, const struct gmg_tmpi *t)
{
	struct nl_msg *msg = gnl_message(gnl, GMGUARD_CMD_TMPI_NEW, 0, ROOM);

	if (msg && (nla_put_string(msg, GMGUARD_A_TMPI_TMPI, t->tmpi) < 0 ||
		    (*t->impi && nla_put_string(msg, GMGUARD_A_TMPI_IMPI, t->impi) < 0) ||
		    put_ue(msg, &t->ue) < 0 || put_spi(msg, t->spi_ps) < 0 ||
		    (t->lifetime &&
		     nla_put_u32(msg, GMGUARD_A_TMPI_LIFETIME, t->lifetime) < 0))) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return gnl_request(gnl, msg, false, NULL, NULL);
}

/* A request about one, without memory NULL. */
static struct nl_msg *about(struct gmg_gnl *gnl, uint8_t cmd, const char *name)
{
	struct nl_msg *msg = gnl_message(gnl, cmd, 0, ROOM);
	int type = gmg_sip_nai_is_tmpi((const uint8_t *)name, strlen(name)) ?
		   GMGUARD_A_TMPI_TMPI : GMGUARD_A_TMPI_IMPI;

	if (msg && nla_put_string(msg, type, name) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int take_one(struct nlmsghdr *hdr, void *arg)
{
	return tmpi_parse(hdr, arg);
}

int tmpi_get(struct gmg_gnl *gnl, const char *name, struct gmg_tmpi *t)
{
	*t->tmpi = '\0';
	if (!gnl_request(gnl, about(gnl, GMGUARD_CMD_TMPI_GET, name), false, take_one, t) &&
	    !*t->tmpi)
		gnl->error = EBADMSG;
	return gnl->error;
}

int tmpi_del(struct gmg_gnl *gnl, const char *name)
{
	return gnl_request(gnl, about(gnl, GMGUARD_CMD_TMPI_DEL, name), false, NULL, NULL);
}

static struct nl_msg *filtered(struct gmg_gnl *gnl, uint8_t cmd, int flags,
			       const struct gmg_tmpi_filter *f)
{
	struct nl_msg *msg = gnl_message(gnl, cmd, flags, ROOM);

	if (msg && (put_ue(msg, &f->ue) < 0 || put_spi(msg, f->spi_ps) < 0)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int tmpi_flush(struct gmg_gnl *gnl, const struct gmg_tmpi_filter *filter)
{
	return gnl_request(gnl, filtered(gnl, GMGUARD_CMD_TMPI_FLUSH, 0, filter), false, NULL,
			   NULL);
}

/* What a dump adds up to. */
struct tmpis {
	struct gmg_tmpi *list;
	uint32_t n;
};

static int take(struct nlmsghdr *hdr, void *arg)
{
	struct tmpis *s = arg;
	struct gmg_tmpi *t = config_add(&s->list, &s->n, sizeof(*t));

	return t ? tmpi_parse(hdr, t) : ENOMEM;
}

int tmpi_list(struct gmg_gnl *gnl, const struct gmg_tmpi_filter *filter, struct gmg_tmpi **list,
	      uint32_t *n)
{
	struct tmpis s;
	int i;

	for (i = 0; i < TRIES; i++) {
		s = (struct tmpis){ .n = 0 };
		gnl_request(gnl, filtered(gnl, GMGUARD_CMD_TMPI_GET, NLM_F_DUMP, filter), false,
			    take, &s);
		if (gnl->error || !gnl->interrupted || i + 1 == TRIES)
			break;
		free(s.list);
	}
	if (gnl->error)
		free(s.list);
	*list = gnl->error ? NULL : s.list;
	*n = gnl->error ? 0 : s.n;
	return gnl->error;
}
