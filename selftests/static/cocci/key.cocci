// SPDX-License-Identifier: GPL-2.0
/// Key material is wiped before its memory goes, by what no compiler leaves out,
/// and is never shown. Its name tells what it is (CONTRIBUTING.md).
// Options: --local-includes -I kmod -I uapi
// Folders: kmod helper

virtual report

@initialize:python@
@@
import re

NAME = re.compile("(.*_)?(keys?|ck|ik|ki|opc|secret)(_esp)?")
TYPE = re.compile(".*_keys?")
# what shows its arguments, here or to whoever reads a message or a trace
SHOWS = re.compile(r"""
    (pr|net|dev|netdev)_(emerg|alert|crit|err|warn|notice|info|debug|dbg|cont)\w* |
    _?printk\w* | trace_\w+ | print_\w+ | hex_dump\w* | seq_\w+ | NL_SET_ERR_MSG\w* |
    v?[fsd]?n?printf | sc?nprintf | kasprintf | v?asprintf | f?puts | fwrite | write | v?syslog |
    json_\w+ | complain | gnl_complain | doc_fail\w* | perror | errx? | warnx?
""", re.VERBOSE)
types, told = set(), set()

def named(k):
    return bool(NAME.fullmatch(k))

# "key" alone may be that of a map; of octets it is none
def secret(k):
    return named(k) and not re.fullmatch("keys?", k)

def octets(e):
    return named(re.split(r"\W+", e)[-1])

def called(t):
    return bool(TYPE.fullmatch(t))

# by its name where it is not seen what is in it
def typed(t):
    return t in types or called(t) and t not in told

def frees(f):
    return f in ("kfree", "kvfree", "vfree", "kfree_rcu", "kvfree_rcu", "kmem_cache_free")

# the helper hands keys to the kernel, which hands out none
def shows(p, f):
    return bool(SHOWS.fullmatch(f)) or \
        f.startswith("nla_put") and not p.file.startswith("helper/")

def say(p, what):
    coccilib.report.print_report(p[0], what)

// ---- a structure that holds a key is one

@holder@
identifier t;
identifier k : script:python() { named(k) };
typedef u8, uint8_t, __u8;
expression N;
@@
struct t { ... \(u8\|uint8_t\|__u8\|char\|unsigned char\) k[N]; ... };

@script:python@
t << holder.t;
@@
types.add(t)

@seen@
identifier t : script:python() { called(t) };
@@
struct t { ... };

@script:python@
t << seen.t;
@@
told.add(t)

@octets_in@
identifier t : script:python() { called(t) };
identifier k;
typedef u8, uint8_t, __u8;
expression N;
@@
struct t { ... \(u8\|uint8_t\|__u8\|char\|unsigned char\) k[N]; ... };

@script:python@
t << octets_in.t;
@@
types.add(t)

@outer@
identifier t, m;
identifier inner : script:python() { typed(inner) };
@@
struct t { ... struct inner m; ... };

@script:python@
t << outer.t;
@@
types.add(t)

// ---- its memory is freed

@freed@
identifier f : script:python() { frees(f) };
identifier k : script:python() { named(k) };
identifier t : script:python() { typed(t) };
struct t *K;
expression X;
position p;
@@
(
f@p(\(k\|X->k\|X.k\), ...)
|
f@p(K, ...)
)

@script:python depends on report@
p << freed.p;
f << freed.f;
@@
say(p, f + "() leaves a key in memory; kfree_sensitive() does not")

// in user space what wipes does not free: on all ways to free(), and for what
// the pointer was last set to
@user_freed exists@
identifier g;
identifier k : script:python() { named(k) };
identifier t : script:python() { typed(t) };
struct t *K;
expression X;
position p;
@@
g(...) {
... when any
    when != \(explicit_bzero\|OPENSSL_cleanse\)(\(k\|X->k\|X.k\|K\), ...)
free@p(\(k\|X->k\|X.k\|K\))
... when any
}

@user_set exists@
identifier k : script:python() { named(k) };
expression X;
position p;
@@
\(k\|X->k\|X.k\) = ...;
... when any
    when != \(explicit_bzero\|OPENSSL_cleanse\)(\(k\|X->k\|X.k\), ...)
free@p(\(k\|X->k\|X.k\))

@script:python depends on report@
p << user_freed.p;
@@
say(p, "free() leaves a key in memory; OPENSSL_cleanse() or explicit_bzero() first")

@script:python depends on report@
p << user_set.p;
@@
say(p, "free() leaves a key in memory; OPENSSL_cleanse() or explicit_bzero() first")

// ---- wiped by what a compiler may leave out

@weak@
identifier k : script:python() { named(k) };
identifier t : script:python() { typed(t) };
struct t K;
struct t *P;
expression X;
position p;
@@
\(memset@p\|bzero@p\|memzero@p\)(\(k\|&k\|X->k\|&X->k\|X.k\|&X.k\|K\|&K\|P\|<+... k ...+>\), ...)

@script:python depends on report@
p << weak.p;
@@
say(p, "a compiler may leave this out; memzero_explicit(), explicit_bzero() or OPENSSL_cleanse()")

// ---- on the stack: wiped on every way out once it was used

@wipe@
expression A, N;
position a, n;
@@
\(memzero_explicit\|explicit_bzero\|OPENSSL_cleanse\)(<+... A@a ...+>, <+... N@n ...+>)

// those of tests, in the text of a program
@text@
identifier k : script:python() { named(k) };
type T;
expression N;
position c;
@@
\(static T k@c[N] = ...;\|const T k@c[N] = ...;\)

@stack exists@
identifier f;
identifier k : script:python() { named(k) };
identifier t : script:python() { typed(t) };
identifier v;
type T;
expression N;
position p != text.c;
position u != {wipe.a, wipe.n};
@@
f(...) {
... when any
(
T k@p[N];
... when any
k@u
... when any
    when != \(memzero_explicit\|explicit_bzero\|OPENSSL_cleanse\)(\(k\|&k\), ...)
|
T k@p[N] = ...;
... when any
    when != \(memzero_explicit\|explicit_bzero\|OPENSSL_cleanse\)(\(k\|&k\), ...)
|
struct t v@p;
... when any
v@u
... when any
    when != \(memzero_explicit\|explicit_bzero\|OPENSSL_cleanse\)(&v, ...)
|
struct t v@p = ...;
... when any
v@u
... when any
    when != \(memzero_explicit\|explicit_bzero\|OPENSSL_cleanse\)(&v, ...)
)
}

@script:python depends on report@
p << stack.p;
f << stack.f;
@@
say(p, "a key stays on the stack on some way out of " + f)

// ---- shown

@size@
identifier k : script:python() { named(k) };
expression X;
position s;
@@
sizeof(<+... \(k@s\|X->k@s\|X.k@s\) ...+>)

@show@
identifier f;
position p : script:python(f) { shows(p[0], f) };
@@
f@p(...)

@shown@
identifier show.f;
identifier k : script:python() { secret(k) };
expression X;
position show.p;
position q != size.s;
@@
f@p(..., <+... \(k@q\|X->k@q\|X.k@q\) ...+>, ...)

@script:python depends on report@
p << show.p;
f << show.f;
k << shown.k;
@@
say(p, f + "() shows the key " + k)

// of octets, whatever it is called; or all of the structure
@octets@
identifier show.f;
identifier t : script:python() { typed(t) };
struct t K;
struct t *P;
typedef u8, uint8_t, __u8;
{u8 *, uint8_t *, __u8 *, unsigned char *} A : script:python() { octets(A) };
expression N;
position show.p, q;
@@
f@p@q(..., \(K\|&K\|P\|*P\|A\|A[N]\|A + N\), ...)

@script:python depends on report@
p << octets.q;
f << show.f;
@@
say(p, f + "() shows a key")
