// SPDX-License-Identifier: GPL-2.0
/* What key.cocci must report, at the lines that say so. */

struct gmg_sa {
	u32 spi;
	u8 ck_esp[16];
	u8 ik_esp[20];
};

struct gmg_ue {
	u32 index;
	struct gmg_sa sa;
};

struct gmg_side {
	u32 index;
	u8 name[16];
};

struct gmg_esp_keys {
	u8 auth[20];
	u8 enc[24];
};

struct gmg_map_key {
	const u8 *name;
	u8 len;
};

static void release(struct gmg_ue *ue, struct gmg_sa *sa, struct gmg_key *k, struct gmg_side *side)
{
	kfree(ue->key);	/* bad */
	kfree(ck);	/* bad */
	kfree(ue);	/* bad */
	kvfree(sa);	/* bad */
	kfree_rcu(sa, rcu);	/* bad */
	kfree(k);	/* bad */
	kfree_sensitive(ue->key);
	kfree_sensitive(sa);
	kfree(side);
	kfree(side->name);
}

static void release_here(struct gmg_ue *ue, struct gmg_sa *sa, char *secret)
{
	free(ue->opc);	/* bad */
	free(sa);	/* bad */
	OPENSSL_cleanse(secret, 16);
	free(secret);
	secret = read_file("key");
	if (ue->index)
		explicit_bzero(secret, 16);
	free(secret);	/* bad */
	explicit_bzero(ue->ki, 16);
	ue->ki = read_file("ki");
	free(ue->ki);	/* bad */
	OPENSSL_cleanse(sa, sizeof(*sa));
	free(sa);
	free(ue->name);
}

static void weak(struct gmg_ue *ue, struct gmg_sa *sa, u8 *ck)
{
	memset(ck, 0, 16);	/* bad */
	memset(ue->sa.ik_esp, 0, sizeof(ue->sa.ik_esp));	/* bad */
	memset(&ue->sa, 0, sizeof(ue->sa));	/* bad */
	memset(sa, 0, sizeof(*sa));	/* bad */
	bzero(ck + 8, 8);	/* bad */
	memzero_explicit(ck, 16);
	explicit_bzero(ck, 16);
	memset(ue->name, 0, sizeof(ue->name));
}

static int on_all_ways(struct gmg_ue *ue)
{
	static const u8 test_key[16] = { 1, 2, 3 };
	struct gmg_sa sa = {};
	u8 ck[16];
	int err;

	if (!ue->index)
		goto out;
	err = derive(ck, test_key);
	if (err)
		goto out_ck;
	err = install(&sa, ck);
out_ck:
	memzero_explicit(ck, sizeof(ck));
out:
	memzero_explicit(&sa, sizeof(sa));
	return err;
}

static int returns(struct gmg_ue *ue)
{
	u8 ck[16];	/* bad */
	u8 ik[16] = {};	/* bad */
	int err;

	if (!ue->index)
		return -ENOENT;
	err = derive(ck, ik);
	if (err)
		return err;
	err = install(ue, ck, ik);
	memzero_explicit(ck, sizeof(ck));
	memzero_explicit(ik, sizeof(ik));
	return err;
}

static void ends(struct gmg_ue *ue)
{
	unsigned char opc[16];	/* bad */
	struct gmg_ue copy = *ue;	/* bad */
	struct gmg_key key;	/* bad */
	struct gmg_side side;

	derive(opc, &copy, &key, &side);
	if (ue->index) {
		OPENSSL_cleanse(opc, sizeof(opc));
		explicit_bzero(&key, sizeof(key));
	}
}

static int finds(struct gmg_ue *ue)
{
	struct gmg_esp_keys keys = {};	/* bad */
	struct gmg_map_key key = { .name = ue->name, .len = 16 };

	return install(ue, &keys) ?: find(&key);
}

static void show(struct sk_buff *skb, struct gmg_ue *ue, struct gmg_sa *sa, u8 *key, u8 *ck)
{
	pr_debug("gmguard: %*phN\n", 16, ck);	/* bad */
	net_warn_ratelimited("%*phN\n", 16, ue->sa.ck_esp);	/* bad */
	print_hex_dump(KERN_INFO, "", DUMP_PREFIX_NONE, 16, 1, sa, sizeof(*sa), false);	/* bad */
	trace_gmguard_key(key);	/* bad */
	nla_put(skb, GMGUARD_A_SA_CK, 16, key);	/* bad */
	nla_put(skb, GMGUARD_A_SA_IK, sizeof(sa->ik_esp), sa->ik_esp);	/* bad */
	nla_put_u32(skb, GMGUARD_A_SA_SPI, sa->spi);
	nla_put_u32(skb, GMGUARD_A_SA_LEN, sizeof(sa->ck_esp));
	printf("%s\n", ue->auth_key);	/* bad */
	fprintf(stderr, "%02x", ck[0]);	/* bad */
	complain("no such secret: %s", ue->secret);	/* bad */
	install(ue, ck);
}

static void show_word(FILE *out, const char *key, const struct field *f)
{
	fprintf(out, "%s: %s\n", key, f->key);
}
