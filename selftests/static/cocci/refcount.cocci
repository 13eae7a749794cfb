// SPDX-License-Identifier: GPL-2.0
/// What is taken is given back: a lock on every way out of the function, a
/// reference or something switched on where the function fails after it.
// Options: --no-includes --include-headers
// Folders: kmod

virtual report

@initialize:python@
@@
# taken by: given back by
LOCKS = {
    "mutex_lock": "mutex_unlock",
    "mutex_lock_nested": "mutex_unlock",
    "spin_lock": "spin_unlock",
    "spin_lock_bh": "spin_unlock_bh",
    "spin_lock_irq": "spin_unlock_irq",
    "spin_lock_irqsave": "spin_unlock_irqrestore",
    "write_lock_bh": "write_unlock_bh",
    "read_lock_bh": "read_unlock_bh",
    "down_read": "up_read",
    "down_write": "up_write",
    "rcu_read_lock": "rcu_read_unlock",
    "rcu_read_lock_bh": "rcu_read_unlock_bh",
    "rtnl_lock": "rtnl_unlock",
    "local_bh_disable": "local_bh_enable",
    "preempt_disable": "preempt_enable",
}
REFERENCES = {
    "try_module_get": "module_put",
    "__module_get": "module_put",
    "dev_hold": "dev_put",
    "netdev_hold": "netdev_put",
    "dev_get_by_name": "dev_put",
    "dev_get_by_index": "dev_put",
    "get_net": "put_net",
    "maybe_get_net": "put_net",
    "sock_hold": "sock_put",
    "kref_get": "kref_put",
    "refcount_inc": "refcount_dec_and_test",
    "refcount_inc_not_zero": "refcount_dec_and_test",
    "static_branch_inc": "static_branch_dec",
    "nf_defrag_ipv4_enable": "nf_defrag_ipv4_disable",
    "nf_defrag_ipv6_enable": "nf_defrag_ipv6_disable",
    "nf_register_net_hooks": "nf_unregister_net_hooks",
    "register_pernet_subsys": "unregister_pernet_subsys",
    "register_netdevice_notifier": "unregister_netdevice_notifier",
    "genl_register_family": "genl_unregister_family",
}

taken, given = {}, set()

def complain(p, get, put, where):
    coccilib.report.print_report(p[0], "%s() is not followed by %s() %s" % (get, put, where))

// ---- locks

@lock@
identifier get;
position p : script:python(get) { get in LOCKS };
@@
get@p(...)

@script:python unlock@
get << lock.get;
put;
@@
coccinelle.put = LOCKS[get]

@kept exists@
identifier f, lock.get, unlock.put;
position lock.p;
expression E;
@@
f(...) {
... when any
(
get@p(E, ...);
... when any
    when != put(E, ...)
|
get@p();
... when any
    when != put()
)
}

@script:python depends on report@
p << lock.p;
get << lock.get;
put << unlock.put;
f << kept.f;
@@
complain(p, get, put, "on some way out of " + f)

@twice exists@
identifier lock.get, unlock.put;
position q;
expression E;
@@
(
put(E, ...);
... when != get(E, ...)
put@q(E, ...);
|
put();
... when != get()
put@q();
)

@script:python depends on report@
p << twice.q;
put << unlock.put;
@@
coccilib.report.print_report(p[0], put + "() for the second time")

// ---- references: what fails after it has one gives it back

@reference@
identifier get;
position p : script:python(get) { get in REFERENCES };
@@
get@p(...)

@script:python release@
get << reference.get;
p << reference.p;
put;
@@
coccinelle.put = REFERENCES[get]
taken.setdefault((p[0].file, coccinelle.put), (p, get))

@given@
identifier put;
position p : script:python(put) { put in REFERENCES.values() };
@@
put@p(...)

@script:python@
put << given.put;
p << given.p;
@@
given.add((p[0].file, put))

@fails exists@
identifier reference.get, release.put;
position reference.p, q;
expression E, e, r;
statement S;
identifier i, l;
type T;
constant C;
@@
(
e = get@p(E, ...);
if (\(e\|e != 0\|e < 0\|!e\)) S
|
T i = get@p(E, ...);
if (\(i\|i != 0\|i < 0\|!i\)) S
|
if (<+... get@p(E, ...) ...+>) S
|
get@p(E, ...);
)
... when any
    when != put(E, ...)
    when != put(e, ...)
(
return@q -C;
|
return@q NULL;
|
return@q ERR_PTR(...);
|
if (\(r\|r != 0\|r < 0\)) return@q r;
|
if (\(r\|r != 0\|r < 0\)) {
... when != put(E, ...)
    when != put(e, ...)
return@q r;
}
|
goto@q l;
... when any
    when != put(E, ...)
    when != put(e, ...)
return ...;
)

@script:python depends on report@
p << reference.p;
get << reference.get;
put << release.put;
q << fails.q;
@@
complain(p, get, put, "on the way out by line " + q[0].line)

// a reference that a function has for itself alone
@forgets exists@
identifier f, reference.get, release.put, d;
position reference.p;
expression X;
statement S;
type T;
@@
f(...) {
... when any
(
d = get@p(...);
|
T d = get@p(...);
)
if (!d) S
... when any
    when != put(d, ...)
    when != X = d
    when != return d;
}

@script:python depends on report@
p << reference.p;
get << reference.get;
put << release.put;
f << forgets.f;
@@
complain(p, get, put, "on some way out of " + f)

@finalize:python depends on report@
@@
for (name, put) in sorted(set(taken) - given):
    complain(taken[name, put][0], taken[name, put][1], put, "anywhere in this file")
