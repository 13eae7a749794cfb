// SPDX-License-Identifier: GPL-2.0
/// Nothing in the packet path sleeps or waits for others: hooks run in softirq,
/// under rcu_read_lock().
// Options: --no-includes --include-headers
// Folders: kmod

virtual report

@initialize:python@
@@
import re

# What serves commands, the notifier, loading and unloading: whole files, or the
# functions of one that has both. Any other file is the packet path, new ones too.
SLOW = {
    "main.c": None,
    "net.c": None,
    "netlink.c": None,
    "netlink_policy_element.c": None,
    "netlink_policy_get.c": None,
    "netlink_policy_set.c": None,
    "netlink_sa.c": None,
    "netlink_sa_get.c": None,
    "netlink_tmpi.c": None,
    "netlink_walk.c": None,
    "policy.c": None,
    "policy_nl.c": None,
    "stats.c": None,
    "esp.c": ("attach_auth", "attach_cipher", "attach_aead", "attach_replay"),
    "event.c": ("begin", "end"),
    "port.c": ("make_policy", "insert", "abandon", "gmg_port_set_policies"),
    "sa.c": ("gmg_set_alloc", "take_matching", "end_some", "do_tasks", "gmg_sa_prepare", "gmg_sa_free"),
    "calls.c": ("gmg_calls_alloc",),
    "dialog.c": ("sweep", "gmg_dialog_prepare", "gmg_dialog_free"),
    "expiry.c": ("do_ends", "gmg_expiry_cancel"),
    "flood.c": ("gmg_flood_prepare", "gmg_flood_free"),
    "tmpi.c": ("make_tmpi", "make_binding", "add_waiting", "del_matching", "flush_walk", "gmg_tmpi_flush", "gmg_tmpi_prepare", "gmg_tmpi_free"),
    "side.c": ("notify", "gmg_side_init", "gmg_side_exit"),
    "stream_table.c": ("end_connections", "sweep", "gmg_stream_prepare", "gmg_stream_flush", "gmg_stream_free"),
    "sleep.bad.c": ("command",),
}

SLEEPS = re.compile("""
    mutex_lock.* | down | down_(read|write|interruptible|killable|timeout).* |
    rtnl_lock.* | net_lock | lock_sock.* |
    might_sleep | cond_resched | schedule | schedule_timeout.* |
    [ms]sleep.* | fsleep | usleep_range.* | wait_for_completion.* | (__)?wait_event.* |
    synchronize_(rcu|net|srcu|irq).* | rcu_barrier.* | kfree_rcu_mightsleep |
    kv[mzc]?alloc.* | kvmemdup | kvfree | v[mz]alloc.* | vfree |
    (__)?alloc_percpu.* | free_percpu | kmem_cache_(create|destroy).* |
    flush_.* | cancel_.*work_sync | .*timer.*_sync | alloc_.*workqueue | destroy_workqueue |
    (un)?register_.* | nf_(un)?register_.* | nf_defrag_.*able |
    request_module.* | crypto_(alloc|free)_.* | copy_(from|to)_user | kthread_.* | kernel_.*
""", re.VERBOSE)
FLAGS = re.compile("GFP_(KERNEL|KERNEL_ACCOUNT|USER|HIGHUSER|NOIO|NOFS) | __GFP_(DIRECT_)?RECLAIM",
                   re.VERBOSE)

def in_path(p, word, words):
    functions = SLOW.get(p.file.split("/")[-1], ())
    return bool(words.fullmatch(word)) and \
        functions is not None and p.current_element not in functions

@call depends on report@
identifier f;
position p : script:python(f) { in_path(p[0], f, SLEEPS) };
@@
f@p(...)

@script:python@
p << call.p;
f << call.f;
@@
coccilib.report.print_report(p[0], f + "() may sleep; this is the packet path")

@flag depends on report@
identifier g;
position p : script:python(g) { in_path(p[0], g, FLAGS) };
@@
g@p

@script:python@
p << flag.p;
g << flag.g;
@@
coccilib.report.print_report(p[0], g + " may sleep; this is the packet path")
