// SPDX-License-Identifier: GPL-2.0
/* gmguard: the guard of the IMS Gm reference point (TS 33.203). Loading it
 * changes no packet; a namespace is guarded from its first policy on.
 */
#include <linux/module.h>

#include "net.h"
#include "netlink.h"
#include "port.h"
#include "side.h"
#include "version.h"

static int __init gmg_init(void)
{
	int err;

	err = gmg_net_init();
	if (err)
		return err;
	err = gmg_side_init();
	if (err)
		goto err_net;
	gmg_port_init();
	/* ORDER: last, since from here on commands can come */
	err = gmg_netlink_init();
	if (err)
		goto err_port;
	return 0;

err_port:
	gmg_port_exit();
	gmg_side_exit();
err_net:
	gmg_net_exit();
	return err;
}

static void __exit gmg_exit(void)
{
	gmg_netlink_exit();
	gmg_port_exit();
	gmg_side_exit();
	gmg_net_exit();
	rcu_barrier();
}

module_init(gmg_init);
module_exit(gmg_exit);

MODULE_DESCRIPTION("Guard of the IMS Gm reference point (TS 33.203)");
MODULE_LICENSE("GPL");
MODULE_VERSION(GMG_VERSION);
MODULE_ALIAS_GENL_FAMILY(GMGUARD_FAMILY_NAME);
