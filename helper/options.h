/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_OPTIONS_H
#define _GMG_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd.h"

/* Options that only some commands take; a set of them is a mask of OPTION(). */
enum gmg_option {
	OPT_CHECK,
	OPT_ALL,
	OPT_COUNT,
	OPT_TIMEOUT,
	OPT_UE,
	OPT_PCSCF,
	OPT_PORT_UC,
	OPT_PORT_US,
	OPT_PORT_PC,
	OPT_PORT_PS,
	OPT_SPI_UC,
	OPT_SPI_US,
	OPT_ALG,
	OPT_EALG,
	OPT_KEYS,
	OPT_IMPI,
	OPT_DIGEST,
	OPT_EMERGENCY,
	OPT_OVER,
	OPT_EXPIRES,
	OPT_SPI,
	OPT_STATE,
	OPT_IDLE,
	OPT_GRACE,
	OPT_LEGACY,
	OPT_KEEP,
	OPT_KEEP_GOING,
	OPT_FILE,
	OPT_SIDE,
	OPT_PORT,
	OPT_SA,
	OPT_OUT,
	OPT_SQN,
	OPT_AMF,
	OPT_RAND,
	OPT_AUTS,
	OPT_NONCE,
	OPT_REALM,
	OPT_URI,
	OPT_METHOD,
	OPT_ALGORITHM,
	OPT_QOP,
	OPT_CNONCE,
	OPT_NC,
	OPT_BODY,
	OPT_WRITE_KEYS,
	OPT_POLICY,
	OPT_REGISTER,
	OPT_CHALLENGE,
	OPT_ANSWER,
	OPT_SOURCE,
	OPT_LOCAL,
	OPT_EXPLAIN,
	OPT_BSF,
	OPT_NAF,
	OPT_UA,
	OPT_TMPI,
	N_OPTIONS
};

#define OPTION(NAME) (UINT64_C(1) << OPT_##NAME)

/**
 * struct gmg_line - a command line, read
 * @opt:     what its options say; those that are absent are as they were before
 * @netns:   NULL: this network namespace
 * @words:   what is no option, ended by NULL
 * @n_words: how many
 */
struct gmg_line {
	struct gmg_options opt;
	const char *netns;
	bool help;
	bool version;
	char **words;
	int n_words;
};

/* Reads the options of a command line into @line and puts them before the
 * words. argv[0] begins what getopt_long() says. EXIT_OK, or EXIT_USAGE after a
 * message; the words are there in both cases.
 */
int options_parse(int argc, char **argv, struct gmg_line *line);

/* Writes " --name VALUE" for an option as in a usage, and returns the end. */
char *option_usage(enum gmg_option option, bool needed, char *at, const char *end);

/* "--name" */
const char *option_name(enum gmg_option option);

/* An SPI, decimal or 0x hexadecimal. False for 0 and for what is none. */
bool spi_parse(const char *text, uint32_t *spi);

/* A port, 1 to 65535; an address without a prefix length. */
bool port_parse(const char *text, uint16_t *port);
bool address_parse(const char *text, struct gmg_prefix *address);

#endif /* _GMG_OPTIONS_H */
