// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "xfrm_stat.h"

#define NO_MEMORY "the kernel had no memory or no room for the packet"
#define LOOK_AT_MEMORY "look at the memory of the host and at the kernel log"
#define NOT_OURS "gmguard's SAs do not come to this"
#define LOOK_AT_POLICIES "look who installs xfrm policies: ip xfrm policy, ip xfrm monitor"

static const struct gmg_xfrm_stat table[] = {
	{ "XfrmInError", NO_MEMORY, LOOK_AT_MEMORY },
	{ "XfrmInBufferError", NO_MEMORY, LOOK_AT_MEMORY },
	{ "XfrmInHdrError", "ESP with a broken header, or to no SPI at all",
	  "capture it: no UE sends this" },
	{ "XfrmInNoStates", "ESP with an SPI that no SA here has",
	  "a UE uses an SA that has expired or was deleted (gmguard sa list --ue); or SPIs in the wrong byte order" },
	{ "XfrmInStateProtoError", "the integrity check of ESP failed",
	  "keys or algorithms of the two ends differ: compare sa get with what the UE was told; a few are forgeries" },
	{ "XfrmInStateModeError", "ESP in tunnel mode for an SA of transport mode",
	  "the UE wants the mode of Annex M, which is not served" },
	{ "XfrmInStateSeqError", "ESP that is a replay, or later than the replay window",
	  "reordering in the access network, or somebody replays" },
	{ "XfrmInStateExpired", "ESP on an SA past the kernel's own limit", NOT_OURS },
	{ "XfrmInStateMismatch", "decrypted, but not between the addresses and ports of its SA",
	  "gmguard explain SPI; a UE that uses the wrong pair of ports, or another UE's SA" },
	{ "XfrmInStateInvalid", "ESP on an SA that is going away",
	  "nothing if it stops soon: the UE was slower than the deletion" },
	{ "XfrmInTmplMismatch", "in clear, or under another's SA, to a port that has an xfrm policy",
	  "with gmguard's hooks in place this is for other ports than the protected ones, or the mode is not enforce" },
	{ "XfrmInNoPols", "no xfrm policy for what came under IPsec",
	  "something asks for tunnel mode or for a default of block" },
	{ "XfrmInPolBlock", "an xfrm policy of action block", LOOK_AT_POLICIES },
	{ "XfrmInPolError", "an xfrm policy that could not be used", LOOK_AT_POLICIES },
	{ "XfrmOutError", NO_MEMORY, LOOK_AT_MEMORY },
	{ "XfrmOutBundleGenError", "an SA could not be put into a route", LOOK_AT_MEMORY },
	{ "XfrmOutBundleCheckError", "the route of an SA had become invalid",
	  "nothing if it is rare: routes change" },
	{ "XfrmOutNoStates", "the P-CSCF sends from a protected port and there is no SA",
	  "the set has expired or was deleted before the P-CSCF knew: gmguard sa list --ue" },
	{ "XfrmOutStateProtoError", "a cipher refused to work", "look at the kernel log" },
	{ "XfrmOutStateModeError", "an SA in the wrong mode for the packet", NOT_OURS },
	{ "XfrmOutStateSeqError", "an SA has used all its sequence numbers",
	  "the UE must register anew" },
	{ "XfrmOutStateExpired", "an SA is past the kernel's own limit", NOT_OURS },
	{ "XfrmOutPolBlock", "an xfrm policy of action block", LOOK_AT_POLICIES },
	{ "XfrmOutPolDead", "an xfrm policy that is going away",
	  "nothing if it stops soon: the policy was replaced" },
	{ "XfrmOutPolError", "an xfrm policy that could not be used", LOOK_AT_POLICIES },
	{ "XfrmFwdHdrError", "a forwarded packet with a broken header",
	  "capture it: no UE sends this" },
	{ "XfrmOutStateInvalid", "an SA that is going away",
	  "nothing if it stops soon: the P-CSCF was slower than the deletion" },
	{ "XfrmAcquireError", "the kernel could not ask anybody for an SA",
	  "an xfrm policy is not gmguard's and nobody negotiates for it: " LOOK_AT_POLICIES },
	{ "XfrmOutStateDirError", "an inbound SA was chosen for a packet that leaves", NOT_OURS },
	{ "XfrmInStateDirError", "an outbound SA was chosen for a packet that came", NOT_OURS },
	{ "XfrmInIptfsError", "a broken packet of IP-TFS", NOT_OURS },
	{ "XfrmOutNoQueueSpace", "a full queue of IP-TFS", NOT_OURS },
};

static struct gmg_xfrm_stat find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		if (!strcmp(table[i].name, name))
			return table[i];
	return (struct gmg_xfrm_stat){ name, "-", "-" };
}

int xfrm_stat_read(int (*take)(const struct gmg_xfrm_stat *stat, uint64_t count, void *arg),
		   void *arg)
{
	FILE *f = fopen("/proc/thread-self/net/xfrm_stat", "re");
	struct gmg_xfrm_stat stat;
	uint64_t count;
	char name[64];
	int ret = 0;

	if (!f)
		return errno;
	while (!ret && fscanf(f, "%63s %" SCNu64, name, &count) == 2) {
		stat = find(name);
		ret = take(&stat, count, arg);
	}
	fclose(f);
	return ret;
}
