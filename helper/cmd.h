/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_CMD_H
#define _GMG_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "aka.h"
#include "gba.h"
#include "libgmguard.h"
#include "sa.h"

/* Exit statuses, an interface to scripts like any other; those that agree has are also the
 * codes of the library.
 */
enum {
	EXIT_OK = GMGUARD_OK,
	EXIT_USAGE = GMGUARD_INPUT,		/* wrong usage, bad input */
	EXIT_KERNEL = GMGUARD_KERNEL,		/* the kernel refused */
	EXIT_NOT_FOUND = GMGUARD_NOT_FOUND,
	EXIT_CONFLICT = GMGUARD_CONFLICT,	/* EEXIST, EBUSY */
	EXIT_NO_MODULE = GMGUARD_NO_MODULE,
	EXIT_PERMISSION = GMGUARD_PERMISSION,
	EXIT_DIFFERENT,				/* partial, drift */
	/* agree refuses a message: the P-CSCF answers ... */
	EXIT_ANSWER = GMGUARD_REFUSED_4XX,	/* as it is said, 4xx */
	EXIT_EXTENSION = GMGUARD_REFUSED_421,	/* 421 Extension Required */
	EXIT_AGREEMENT = GMGUARD_REFUSED_494,	/* 494 Security Agreement Required */
	EXIT_SERVER = GMGUARD_REFUSED_500,	/* 500 Server Internal Error */
	EXIT_DISCARD = GMGUARD_DISCARD,		/* nothing */
};

/**
 * struct gmg_aka_options - what aka vector and aka answer take
 * @sqn:        of the vector; the last that the ISIM has taken
 * @nonce:      base64, like @auts, as it stands in the header
 * @nc:         8 hex digits
 * @algorithm:  enum gmg_digest_algorithm
 * @qop:        enum gmg_qop
 * @body:       a path or "-"
 * @write_keys: a path, NULL: the standard output
 */
struct gmg_aka_options {
	uint8_t sqn[GMG_SQN_LEN];
	uint8_t amf[GMG_AMF_LEN];
	uint8_t rand[GMG_RAND_LEN];
	const char *nonce;
	const char *auts;
	const char *realm;
	const char *uri;
	const char *method;
	const char *nc;
	const char *cnonce;
	uint32_t algorithm;
	uint32_t qop;
	const char *body;
	const char *write_keys;
};

/**
 * struct gmg_gba_options - what tmpi derive takes
 * @bsf: a host name; NULL: that of the profile in the file @policy
 * @naf: a host name, with @ua; NULL: no key is asked for
 */
struct gmg_gba_options {
	const char *bsf;
	const char *naf;
	uint8_t ua[GMG_UA_ID_LEN];
};

/**
 * struct gmg_options - what the command line says besides its words
 * @given:   which options there were, a mask of OPTION() of options.h
 * @batch:   the command is a line of a batch: it uses this connection, and says
 *           what it says in JSON on one line; NULL: it is no such line
 * @agree:   the handle of the batch, whose connection that is
 * @where:   "FILE:LINE" of that line
 * @told:    set once a line that failed was answered, in JSON; NULL: it is no such line
 * @json:    one JSON document, or one a line, on stdout
 * @quiet:   no notes and no confirmation
 * @verbose: also the versions of the module, and what is zero
 * @dry_run: policy apply -c
 * @all:     stats show --all, sa flush --all
 * @count:   monitor --count, events; 0: no end
 * @timeout: monitor --timeout, seconds; 0: no end
 * @keys:    a path or "-", in a batch also "inline:CK:IK"
 * @legacy:  aka expand --legacy
 * @sa:      what the options of a set or of a filter of sets say
 * @spi:     sa list --spi, tmpi --spi, 0: any, none
 * @idle:    sa list --idle, seconds
 * @expires: sa establish|shorten --expires, tmpi add --expires, seconds
 * @file:    explain --file, a path or "-"
 * @side:    explain --side, enum gmguard_trust
 * @port:    explain --port, enum gmg_port
 * @under:   explain --sa, enum gmg_sip_sa
 * @out:     explain --out
 * @tmpi:    explain --tmpi, NULL: none
 * @aka:     aka vector, aka answer; its rand also tmpi derive
 * @policy:  agree --policy, a path; NULL: the running policy; tmpi derive --policy
 * @sip:     agree --register, a path or "-"; so are @challenge and @answer
 * @source:  agree --source, where the REGISTER came from, @local: and where to
 * @explain: agree offer --explain
 * @keep:    agree accept --keep
 * @gba:     tmpi derive
 */
struct gmg_options {
	uint64_t given;
	struct gmg_gnl *batch;
	struct gmguard *agree;
	const char *where;
	bool *told;
	bool json;
	bool quiet;
	bool verbose;
	bool dry_run;
	bool all;
	uint32_t count;
	uint32_t timeout;
	const char *keys;
	bool legacy;
	struct gmg_sa sa;
	uint32_t spi;
	uint32_t idle;
	uint32_t expires;
	bool grace;
	bool keep_going;
	const char *file;
	uint32_t side;
	uint32_t port;
	uint32_t under;
	bool out;
	const char *tmpi;
	struct gmg_aka_options aka;
	const char *policy;
	const char *sip;
	const char *challenge;
	const char *answer;
	struct gmg_sockaddr source;
	struct gmg_sockaddr local;
	bool explain;
	bool keep;
	struct gmg_gba_options gba;
};

/* A command gets the words after its own name, ended by NULL, and returns an
 * exit status after having said what it has to say.
 */
typedef int (*gmg_command)(const struct gmg_options *opt, char **words);

int cmd_policy_check(const struct gmg_options *opt, char **words);
int cmd_policy_apply(const struct gmg_options *opt, char **words);
int cmd_policy_diff(const struct gmg_options *opt, char **words);
int cmd_policy_show(const struct gmg_options *opt, char **words);
int cmd_policy_clear(const struct gmg_options *opt, char **words);
int cmd_aka_expand(const struct gmg_options *opt, char **words);
int cmd_aka_vector(const struct gmg_options *opt, char **words);
int cmd_aka_answer(const struct gmg_options *opt, char **words);
int cmd_tmpi_add(const struct gmg_options *opt, char **words);
int cmd_tmpi_get(const struct gmg_options *opt, char **words);
int cmd_tmpi_list(const struct gmg_options *opt, char **words);
int cmd_tmpi_del(const struct gmg_options *opt, char **words);
int cmd_tmpi_flush(const struct gmg_options *opt, char **words);
int cmd_tmpi_derive(const struct gmg_options *opt, char **words);
int cmd_stats_show(const struct gmg_options *opt, char **words);
int cmd_stats_reset(const struct gmg_options *opt, char **words);
int cmd_stats_xfrm(const struct gmg_options *opt, char **words);
int cmd_sa_add(const struct gmg_options *opt, char **words);
int cmd_sa_establish(const struct gmg_options *opt, char **words);
int cmd_sa_shorten(const struct gmg_options *opt, char **words);
int cmd_sa_get(const struct gmg_options *opt, char **words);
int cmd_sa_list(const struct gmg_options *opt, char **words);
int cmd_sa_count(const struct gmg_options *opt, char **words);
int cmd_sa_del(const struct gmg_options *opt, char **words);
int cmd_sa_flush(const struct gmg_options *opt, char **words);
int cmd_sa_monitor(const struct gmg_options *opt, char **words);
int cmd_batch(const struct gmg_options *opt, char **words);
int cmd_monitor(const struct gmg_options *opt, char **words);
int cmd_explain(const struct gmg_options *opt, char **words);
int cmd_agree_offer(const struct gmg_options *opt, char **words);
int cmd_agree_challenge(const struct gmg_options *opt, char **words);
int cmd_agree_verify(const struct gmg_options *opt, char **words);
int cmd_agree_accept(const struct gmg_options *opt, char **words);
int cmd_agree_reject(const struct gmg_options *opt, char **words);
int cmd_agree_conceal(const struct gmg_options *opt, char **words);
int cmd_check(const struct gmg_options *opt, char **words);

#endif /* _GMG_CMD_H */
