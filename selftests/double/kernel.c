// SPDX-License-Identifier: GPL-2.0
/* The command with a double in the place of the kernel, which keeps sets of SAs in the file
 * $GMGUARD_DOUBLE, the keys of the last one in $GMGUARD_DOUBLE.keys, and knows no more of
 * them than what becomes of each, and of the TMPIs that come with them: for tests of what
 * the command does with sets, where there is no module. If $GMGUARD_DOUBLE is "", they are
 * those of this process. With GMGUARD_DOUBLE_STOPS no set ends that is over another one.
 */
#include <errno.h>
#include <netlink/genl/genl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fuzz/fuzz.h"
#include "../fuzz/wire.h"
#include "pure/sip_nai.h"
#include "sa.h"
#include "tmpi.h"

enum { SETS_MAX = 16, TMPIS_MAX = 8, GRACE = 128, TEMPORARY = 240, SPI = 65536 };

static struct {
	uint32_t n;
	uint32_t made;
	struct gmg_sa set[SETS_MAX];
	uint32_t n_tmpis;
	struct gmg_tmpi tmpi[TMPIS_MAX];
} sets;

static const char *path(void)
{
	const char *name = getenv("GMGUARD_DOUBLE");

	HOLDS(name);
	return name;
}

static void load(void)
{
	FILE *f = *path() ? fopen(path(), "r") : NULL;

	if (!f)
		return;
	HOLDS(fread(&sets, sizeof(sets), 1, f) == 1);
	fclose(f);
}

static void save(void)
{
	FILE *f;

	if (!*path())
		return;
	f = fopen(path(), "w");
	HOLDS(f && fwrite(&sets, sizeof(sets), 1, f) == 1);
	HOLDS(!fclose(f));
}

static void write_hex(FILE *f, const struct nlattr *attr)
{
	const uint8_t *octet = attr ? nla_data(attr) : NULL;
	int i;

	for (i = 0; attr && i < nla_len(attr); i++)
		fprintf(f, "%02x", octet[i]);
}

static void save_keys(struct nlmsghdr *hdr)
{
	char name[4096];
	FILE *f;

	if (!*path())
		return;
	snprintf(name, sizeof(name), "%s.keys", path());
	f = fopen(name, "w");
	HOLDS(f);
	write_hex(f, nlmsg_find_attr(hdr, GENL_HDRLEN, GMGUARD_A_SA_AUTH_KEY));
	fputc(' ', f);
	write_hex(f, nlmsg_find_attr(hdr, GENL_HDRLEN, GMGUARD_A_SA_ENC_KEY));
	fputc('\n', f);
	HOLDS(!fclose(f));
}

static void refuse(int error)
{
	struct nlmsgerr ack = { .error = -error };

	wire_message(NLMSG_ERROR, NLM_F_CAPPED, &ack, sizeof(ack));
}

static void del(struct gmg_sa *set)
{
	*set = sets.set[--sets.n];
}

static bool same_name(const char *a, const char *b)
{
	return *a && gmg_sip_nai_same((const uint8_t *)a, strlen(a), (const uint8_t *)b,
				      strlen(b));
}

static bool same_user(const struct gmg_sa *a, const struct gmg_sa *b)
{
	return same_name(a->impi, b->impi) && a->emergency == b->emergency;
}

static void put_address(struct nl_msg *msg, int type, const struct gmg_prefix *p)
{
	nla_put(msg, type, addr_octets(p->family), p->addr);
}

static void tell(const struct gmg_sa *set, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	HOLDS(msg && genlmsg_put(msg, 0, 0, WIRE_FAMILY, 0, 0, GMGUARD_CMD_SA_GET, 1));
	nla_put_u32(msg, GMGUARD_A_SA_SPI_PS, set->spi_ps);
	nla_put_u32(msg, GMGUARD_A_SA_SPI_PC, set->spi_pc);
	nla_put_u32(msg, GMGUARD_A_SA_SPI_UC, set->spi_uc);
	nla_put_u32(msg, GMGUARD_A_SA_SPI_US, set->spi_us);
	put_address(msg, GMGUARD_A_SA_UE, &set->ue);
	put_address(msg, GMGUARD_A_SA_PCSCF, &set->pcscf);
	nla_put_u16(msg, GMGUARD_A_SA_PORT_UC, set->port_uc);
	nla_put_u16(msg, GMGUARD_A_SA_PORT_US, set->port_us);
	nla_put_u16(msg, GMGUARD_A_SA_PORT_PC, set->port_pc);
	nla_put_u16(msg, GMGUARD_A_SA_PORT_PS, set->port_ps);
	nla_put_u32(msg, GMGUARD_A_SA_ALG, set->alg);
	nla_put_u32(msg, GMGUARD_A_SA_EALG, set->ealg);
	nla_put_string(msg, GMGUARD_A_SA_IMPI, set->impi);
	nla_put(msg, GMGUARD_A_SA_DIGEST, sizeof(set->digest), set->digest);
	if (set->emergency)
		nla_put_flag(msg, GMGUARD_A_SA_EMERGENCY);
	if (set->ending)
		nla_put_flag(msg, GMGUARD_A_SA_GRACE);
	if (set->over)
		nla_put_u32(msg, GMGUARD_A_SA_OVER, set->over);
	nla_put_u32(msg, GMGUARD_A_SA_STATE, set->state);
	nla_put_u32(msg, GMGUARD_A_SA_LIFETIME, set->lifetime);
	wire_message(WIRE_FAMILY, flags, nlmsg_data(nlmsg_hdr(msg)), nlmsg_datalen(nlmsg_hdr(msg)));
	nlmsg_free(msg);
}

/* Why it cannot be over what it is to be over, an errno. */
static int check_over(const struct gmg_sa *new)
{
	uint32_t i;

	for (i = 0; i < sets.n; i++)
		if (sets.set[i].spi_ps == new->over && same_user(&sets.set[i], new) &&
		    (sets.set[i].state == GMGUARD_SA_STATE_ESTABLISHED ||
		     sets.set[i].state == GMGUARD_SA_STATE_IN_USE))
			return sets.set[i].port_us == new->port_us ? 0 : EINVAL;
	return new->over ? ENOENT : 0;
}

/* As the kernel: a pending set of the contact goes, a port of somebody else's does not. */
static void sa_new_heard(struct gmg_sa *new)
{
	int error = check_over(new);
	uint32_t i;

	if (error)
		return refuse(error);
	for (i = 0; i < sets.n; i++)
		if (sets.set[i].state == GMGUARD_SA_STATE_TEMPORARY && same_user(&sets.set[i], new))
			del(&sets.set[i--]);
		else if (!prefix_compare(&sets.set[i].ue, &new->ue) &&
			 sets.set[i].port_uc == new->port_uc)
			return refuse(EEXIST);
	HOLDS(sets.n < SETS_MAX);
	new->spi_ps = SPI + ++sets.made;
	new->spi_pc = SPI + ++sets.made;
	new->lifetime = TEMPORARY;
	sets.set[sets.n++] = *new;
	tell(new, 0);
	wire_ack();
}

/* TMPIs: one that waits for its set has no IMPI so far. */

static struct gmg_tmpi *tmpi_of(const char *impi)
{
	uint32_t i;

	for (i = 0; i < sets.n_tmpis; i++)
		if (same_name(sets.tmpi[i].impi, impi))
			return &sets.tmpi[i];
	return NULL;
}

static void tmpi_new_heard(const struct gmg_tmpi *new)
{
	uint32_t i;

	for (i = 0; i < sets.n_tmpis; i++)
		if (same_name(sets.tmpi[i].tmpi, new->tmpi) ||
		    same_name(sets.tmpi[i].previous, new->tmpi))
			return refuse(EEXIST);
	HOLDS(new->spi_ps && sets.n_tmpis < TMPIS_MAX);
	sets.tmpi[sets.n_tmpis++] = *new;
	wire_ack();
}

/* As the kernel: with its set comes what has waited for it. */
static void tmpi_established(const struct gmg_sa *set)
{
	struct gmg_tmpi *before = tmpi_of(set->impi), *t;

	for (t = sets.tmpi; t < sets.tmpi + sets.n_tmpis; t++) {
		if (*t->impi || t->spi_ps != set->spi_ps)
			continue;
		strcpy(t->impi, set->impi);
		t->ue = set->ue;
		if (!before)
			continue;
		strcpy(t->previous, before->tmpi);
		t->previous_ue = before->ue;
		*before = *t;
		*t = sets.tmpi[--sets.n_tmpis];
		return;
	}
}

static void tmpi_get_heard(const struct gmg_tmpi *about)
{
	const struct gmg_tmpi *t = tmpi_of(about->impi);
	struct nl_msg *msg = nlmsg_alloc();
	uint32_t i;

	for (i = 0; i < sets.n_tmpis && !t; i++)
		if (*sets.tmpi[i].impi && (same_name(sets.tmpi[i].tmpi, about->tmpi) ||
					   same_name(sets.tmpi[i].previous, about->tmpi)))
			t = &sets.tmpi[i];
	if (!t) {
		nlmsg_free(msg);
		return refuse(ENOENT);
	}
	HOLDS(msg && genlmsg_put(msg, 0, 0, WIRE_FAMILY, 0, 0, GMGUARD_CMD_TMPI_GET, 1));
	nla_put_string(msg, GMGUARD_A_TMPI_TMPI, t->tmpi);
	nla_put_string(msg, GMGUARD_A_TMPI_IMPI, t->impi);
	put_address(msg, GMGUARD_A_TMPI_UE, &t->ue);
	if (*t->previous) {
		nla_put_string(msg, GMGUARD_A_TMPI_PREVIOUS, t->previous);
		put_address(msg, GMGUARD_A_TMPI_PREVIOUS_UE, &t->previous_ue);
	}
	wire_message(WIRE_FAMILY, 0, nlmsg_data(nlmsg_hdr(msg)), nlmsg_datalen(nlmsg_hdr(msg)));
	nlmsg_free(msg);
	wire_ack();
}

/* What a request says of a TMPI. */
static struct gmg_tmpi tmpi_heard(struct nlmsghdr *hdr)
{
	const struct nlattr *tmpi = nlmsg_find_attr(hdr, GENL_HDRLEN, GMGUARD_A_TMPI_TMPI);
	const struct nlattr *impi = nlmsg_find_attr(hdr, GENL_HDRLEN, GMGUARD_A_TMPI_IMPI);
	const struct nlattr *spi = nlmsg_find_attr(hdr, GENL_HDRLEN, GMGUARD_A_TMPI_SPI_PS);
	struct gmg_tmpi t = { .spi_ps = spi ? nla_get_u32(spi) : 0 };

	if (tmpi)
		nla_strlcpy(t.tmpi, tmpi, sizeof(t.tmpi));
	if (impi)
		nla_strlcpy(t.impi, impi, sizeof(t.impi));
	return t;
}

static void dump_heard(const struct gmg_sa *filter)
{
	uint32_t i;

	for (i = 0; i < sets.n; i++)
		if (!filter->ue.family || !prefix_compare(&filter->ue, &sets.set[i].ue))
			tell(&sets.set[i], NLM_F_MULTI);
	wire_done();
}

static uint32_t longer(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static void establish_heard(struct gmg_sa *set, uint32_t lifetime)
{
	const struct gmg_sa is = *set;
	uint32_t i;

	if (is.ending)
		return refuse(ESTALE);
	if (is.state != GMGUARD_SA_STATE_TEMPORARY) {
		set->lifetime = longer(set->lifetime, lifetime);
		return wire_ack();
	}
	for (i = 0; i < sets.n; i++)
		if (same_user(&sets.set[i], &is) && sets.set[i].spi_ps != is.spi_ps)
			lifetime = longer(lifetime, sets.set[i].lifetime);
	set->lifetime = lifetime;
	set->state = GMGUARD_SA_STATE_ESTABLISHED;
	tmpi_established(&is);
	for (i = 0; i < sets.n; i++)
		if (same_user(&sets.set[i], &is) && sets.set[i].spi_ps != is.spi_ps &&
		    sets.set[i].spi_ps != is.over)
			del(&sets.set[i--]);
	wire_ack();
}

static void retire(struct gmg_sa *set)
{
	set->ending = true;
	if (set->lifetime > GRACE)
		set->lifetime = GRACE;
	if (set->state != GMGUARD_SA_STATE_TEMPORARY)
		set->state = GMGUARD_SA_STATE_OLD;
}

/* As the kernel: with what is registered all sets of its contact that are. */
static void deregister(struct gmg_sa *set)
{
	const bool registered = set->state != GMGUARD_SA_STATE_TEMPORARY;
	struct gmg_sa *other;

	retire(set);
	for (other = sets.set; registered && other < sets.set + sets.n; other++)
		if (other->state != GMGUARD_SA_STATE_TEMPORARY && same_user(other, set))
			retire(other);
}

static void one_heard(uint8_t cmd, const struct gmg_sa *about, bool grace)
{
	struct gmg_sa *set;

	for (set = sets.set; set < sets.set + sets.n; set++)
		if (set->spi_ps == about->spi_ps)
			break;
	if (set == sets.set + sets.n)
		return refuse(ENOENT);
	if (cmd == GMGUARD_CMD_SA_GET)
		tell(set, 0);
	else if (cmd == GMGUARD_CMD_SA_ESTABLISH)
		return establish_heard(set, about->lifetime);
	else if (grace && set->over && getenv("GMGUARD_DOUBLE_STOPS"))
		return refuse(EINTR);
	else if (grace)
		deregister(set);
	else
		del(set);
	wire_ack();
}

static void answer(const struct nlmsghdr *hdr)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);
	struct nlmsghdr *request = (struct nlmsghdr *)hdr;
	struct gmg_tmpi tmpi;
	struct gmg_sa sa;

	if (genl->cmd == GMGUARD_CMD_INFO_GET)
		return wire_info();
	if (genl->cmd == GMGUARD_CMD_POLICY_GET)
		return wire_done();
	load();
	if (genl->cmd == GMGUARD_CMD_TMPI_NEW || genl->cmd == GMGUARD_CMD_TMPI_GET) {
		tmpi = tmpi_heard(request);
		if (genl->cmd == GMGUARD_CMD_TMPI_NEW)
			tmpi_new_heard(&tmpi);
		else
			tmpi_get_heard(&tmpi);
		return save();
	}
	HOLDS(!sa_parse(request, &sa));
	if (genl->cmd == GMGUARD_CMD_SA_NEW) {
		save_keys(request);
		sa_new_heard(&sa);
	} else if (hdr->nlmsg_flags & NLM_F_DUMP) {
		dump_heard(&sa);
	} else {
		one_heard(genl->cmd, &sa,
			  nlmsg_find_attr(request, GENL_HDRLEN, GMGUARD_A_SA_GRACE));
	}
	save();
}

static void __attribute__((constructor)) begin(void)
{
	wire_answer = answer;
}
