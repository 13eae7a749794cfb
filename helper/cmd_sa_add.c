// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <string.h>

#include "cmd.h"
#include "cmd_sa.h"
#include "gnl.h"
#include "print.h"
#include "secret.h"

#define INLINE "inline:"

/* All that is secret, so that it is wiped at once. */
struct material {
	struct gmg_aka_keys aka;
	struct gmg_esp_keys esp;
	char secret[256];
};

/* What stands behind "inline:", as the lines of a file of keys. */
static int read_inline(const struct gmg_options *opt, struct material *m)
{
	const char *s = opt->keys + strlen(INLINE), *colon = strchr(s, ':');
	char name[256];
	char *at;

	if (!opt->batch) {
		complain("--keys %s is for batches: arguments are seen by others; give a file, or - for the standard input",
			 INLINE);
		return -1;
	}
	if (!colon || strlen(s) + strlen("ck \nik \n") >= sizeof(m->secret)) {
		complain("--keys %s wants CK:IK, 32 hexadecimal digits each", INLINE);
		return -1;
	}
	at = mempcpy(stpcpy(m->secret, "ck "), s, colon - s);
	at = stpcpy(stpcpy(stpcpy(at, "\nik "), colon + 1), "\n");
	snprintf(name, sizeof(name), "%s: --keys inline", opt->where);
	return secret_parse(m->secret, at - m->secret, name, &m->aka, stderr);
}

static int read_keys(const struct gmg_options *opt, struct material *m)
{
	if (!strncmp(opt->keys, INLINE, strlen(INLINE)))
		return read_inline(opt, m);
	if (!opt->batch)
		return secret_read(opt->keys, &m->aka);
	/* The standard input may be the batch itself. */
	if (!strcmp(opt->keys, "-"))
		complain("--keys - is not for batches: give a file");
	else if (!secret_read(opt->keys, &m->aka))
		return 0;
	else
		complain("no keys from %s", secret_show(opt->keys));
	return -1;
}

static int install(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	char ps[SPI_STRLEN], pc[SPI_STRLEN];
	const struct gmg_esp_keys *esp = arg;
	struct gmg_sa sa = opt->sa;
	int ret;

	ret = sa_install(gnl, "sa add", &sa, esp);
	if (ret)
		return ret;
	if (opt->json)
		return sa_answer(opt, json_pack("{s:s,s:I,s:I}", "result", "installed",
						"spi-ps", (json_int_t)sa.spi_ps,
						"spi-pc", (json_int_t)sa.spi_pc));
	printf("spi_ps %s spi_pc %s\n", spi_format(sa.spi_ps, ps), spi_format(sa.spi_pc, pc));
	return EXIT_OK;
}

int cmd_sa_add(const struct gmg_options *opt, char **words)
{
	struct material *m;
	const char *why;
	int ret;

	(void)words;
	/* Whether a pair of yesterday may be is the policy's to say. */
	if (gmg_pair_check(opt->sa.alg, opt->sa.ealg, &why) == GMG_PAIR_REFUSED) {
		complain("%s", why);
		return EXIT_USAGE;
	}
	/* A batch has begun it. */
	if (!opt->batch && !secret_begin())
		return EXIT_KERNEL;
	m = OPENSSL_secure_zalloc(sizeof(*m));
	if (!m) {
		complain("out of memory");
		return EXIT_KERNEL;
	}
	if (read_keys(opt, m)) {
		ret = EXIT_USAGE;
	} else if (!gmg_keys_expand(opt->sa.alg, opt->sa.ealg, &m->aka, &m->esp)) {
		complain("OpenSSL cannot compute HMAC-SHA-256");
		ret = EXIT_KERNEL;
	} else {
		ret = sa_command(install, "sa add", opt, &m->esp);
	}
	OPENSSL_secure_clear_free(m, sizeof(*m));
	return ret;
}
