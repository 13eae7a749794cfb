// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "print.h"
#include "sa_print.h"
#include "words.h"

struct gmg_sa_flow sa_flow(const struct gmg_sa *sa, enum gmg_sa_role role)
{
	const struct gmg_prefix *ue = &sa->ue, *pcscf = &sa->pcscf;

	switch (role) {
	case SA_PS:
		return (struct gmg_sa_flow){ 'A', true, ue, pcscf, sa->port_uc, sa->port_ps };
	case SA_UC:
		return (struct gmg_sa_flow){ 'B', false, pcscf, ue, sa->port_ps, sa->port_uc };
	case SA_US:
		return (struct gmg_sa_flow){ 'C', false, pcscf, ue, sa->port_pc, sa->port_us };
	default:
		return (struct gmg_sa_flow){ 'D', true, ue, pcscf, sa->port_us, sa->port_pc };
	}
}

/* In the order of their names. */
static const enum gmg_sa_role roles[] = { SA_PS, SA_UC, SA_US, SA_PC };

/* What went through all four. */
static struct gmg_sa_use sum(const struct gmg_sa *sa)
{
	struct gmg_sa_use all = { 0 };
	size_t i;

	for (i = 0; i < SA_ROLES; i++) {
		const struct gmg_sa_use *use = &sa->use[i];

		all.packets += use->packets;
		all.octets += use->octets;
		if (use->used && (!all.used || use->idle < all.idle))
			all.idle = use->idle;
		all.used |= use->used;
	}
	return all;
}

static json_t *idle_json(const struct gmg_sa_use *use)
{
	return use->used ? json_integer(use->idle) : json_null();
}

json_t *sa_json_event(const struct gmg_sa *sa)
{
	char ue[GMG_PREFIX_STRLEN], pcscf[GMG_PREFIX_STRLEN];

	return json_pack("{s:I,s:I,s:I,s:I,s:s,s:s,s:i,s:i,s:i,s:i,s:s,s:s,s:I}",
			 "spi-ps", (json_int_t)sa->spi_ps, "spi-pc", (json_int_t)sa->spi_pc,
			 "spi-uc", (json_int_t)sa->spi_uc, "spi-us", (json_int_t)sa->spi_us,
			 "ue", addr_format(&sa->ue, ue),
			 "pcscf", addr_format(&sa->pcscf, pcscf),
			 "port-uc", sa->port_uc, "port-us", sa->port_us,
			 "port-pc", sa->port_pc, "port-ps", sa->port_ps,
			 "impi", sa->impi, "state", sa_state_word(sa->state),
			 "left", (json_int_t)sa->lifetime);
}

static json_t *sas_json(const struct gmg_sa *sa)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(roles); i++) {
		const struct gmg_sa_use *use = &sa->use[roles[i]];
		char src[GMG_ENDPOINT_STRLEN], dst[GMG_ENDPOINT_STRLEN];
		struct gmg_sa_flow f = sa_flow(sa, roles[i]);

		json_array_append_new(array, json_pack("{s:s#,s:I,s:s,s:s,s:s,s:I,s:I,s:o}",
			"sa", &f.name, 1, "spi", (json_int_t)sa_spi(sa, roles[i]),
			"direction", f.in ? "in" : "out",
			"from", endpoint_format(f.src, f.sport, src),
			"to", endpoint_format(f.dst, f.dport, dst),
			"packets", (json_int_t)use->packets, "octets", (json_int_t)use->octets,
			"idle", idle_json(use)));
	}
	return array;
}

json_t *sa_json(const struct gmg_sa *sa)
{
	struct gmg_sa_use all = sum(sa);
	json_t *set = sa_json_event(sa);
	json_t *more = json_pack("{s:s,s:s,s:b,s:b,s:o,s:I,s:I,s:o,s:o}",
				 "alg", alg_word(sa->alg), "ealg", ealg_word(sa->ealg),
				 "emergency", sa->emergency, "ending", sa->ending,
				 "over", sa->over ? json_integer(sa->over) : json_null(),
				 "packets", (json_int_t)all.packets,
				 "octets", (json_int_t)all.octets,
				 "idle", idle_json(&all), "sas", sas_json(sa));

	json_object_update(set, more);
	json_decref(more);
	return set;
}

/* "12s", or "-" if nothing ever came. */
static const char *idle_text(const struct gmg_sa_use *use, char buf[16])
{
	snprintf(buf, 16, use->used ? "%us" : "-", use->idle);
	return buf;
}

void sa_print(const struct gmg_sa *sa)
{
	static const struct gmg_column column[] = {
		{ "sa", "SA" }, { "text", "SPI" }, { "direction", "WAY" }, { "from", "FROM" },
		{ "to", "TO" }, { "packets", "PACKETS" }, { "octets", "OCTETS" },
		{ "idle", "IDLE" },
	};
	char spi[SPI_STRLEN], text[GMG_PREFIX_STRLEN];
	json_t *rows = sas_json(sa), *row;
	size_t i;

	printf("set      %s\n", spi_format(sa->spi_ps, spi));
	printf("state    %s, %u s left%s%s\n", sa_state_word(sa->state), sa->lifetime,
	       sa->ending ? " at most" : "", sa->emergency ? ", emergency" : "");
	printf("ue       %s, client port %u, server port %u\n", addr_format(&sa->ue, text),
	       sa->port_uc, sa->port_us);
	printf("p-cscf   %s, client port %u, server port %u\n", addr_format(&sa->pcscf, text),
	       sa->port_pc, sa->port_ps);
	printf("impi     %s\n", sa->impi);
	printf("alg      %s, ealg %s\n", alg_word(sa->alg), ealg_word(sa->ealg));
	if (sa->over)
		printf("over     %s\n", spi_format(sa->over, spi));
	putchar('\n');
	json_array_foreach(rows, i, row)
		json_object_set_new(row, "text",
				    json_string(spi_format(sa_spi(sa, roles[i]), spi)));
	print_table(rows, column, ARRAY_SIZE(column));
	json_decref(rows);
}

static int widest(int width, const char *text)
{
	int n = strlen(text);

	return n > width ? n : width;
}

/* Two passes and no rows in between: there may be a million. */
void sa_print_list(const struct gmg_sa *list, uint32_t n)
{
	char spi[SPI_STRLEN], ue[GMG_PREFIX_STRLEN], idle[16];
	int ue_width = 2, impi_width = 4;
	struct gmg_sa_use all;
	uint32_t i;

	for (i = 0; i < n; i++) {
		ue_width = widest(ue_width, addr_format(&list[i].ue, ue));
		impi_width = widest(impi_width, list[i].impi);
	}
	printf("%-*s  %-*s  %-*s  %-11s  %7s  %7s  %s\n", (int)SPI_STRLEN - 1, "SPI_PS",
	       ue_width, "UE", impi_width, "IMPI", "STATE", "LEFT", "IDLE", "PACKETS");
	for (i = 0; i < n; i++) {
		all = sum(&list[i]);
		printf("%-*s  %-*s  %-*s  %-11s  %6us  %7s  %llu\n", (int)SPI_STRLEN - 1,
		       spi_format(list[i].spi_ps, spi), ue_width, addr_format(&list[i].ue, ue),
		       impi_width, list[i].impi, sa_state_word(list[i].state), list[i].lifetime,
		       idle_text(&all, idle), (unsigned long long)all.packets);
	}
}
