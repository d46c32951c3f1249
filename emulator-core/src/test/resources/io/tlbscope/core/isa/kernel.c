/* Ordinary kernel-like C: what gcc -O2 makes of it is decoded and compared with objdump. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
struct node { struct node *next, *prev; u64 key; u32 flags; u16 order; u8 kind; };
struct vec { double x, y, z; float w; };
void *memmove_like(void *d, const void *s, unsigned long n) { u8 *a = d; const u8 *b = s; while (n--) *a++ = *b++; return d; }
u64 hash(const u8 *p, u32 n) { u64 h = 0xcbf29ce484222325ull; for (u32 i = 0; i < n; i++) { h ^= p[i]; h *= 0x100000001b3ull; } return h ^ h >> 29; }
int classify(int c) {
  switch (c) { case 1: return 10; case 2: return 77; case 3: return -4; case 4: return 1000; case 5: return c * 3; case 6: return 9; case 9: return 2; default: return -1; }
}
void insert(struct node *head, struct node *n) { n->next = head->next; n->prev = head; head->next->prev = n; head->next = n; n->flags |= 0x80; n->order += 3; n->kind = n->key > 5; }
u64 divide(u64 a, u32 b, int c) { return a / b + (int)a % (c | 1) + (u64)((long long)a >> (b & 31)); }
u32 rotate(u32 v, int n) { return v << n | v >> (32 - n); }
u64 swap(u64 v) { return __builtin_bswap64(v) + __builtin_bswap32((u32)v); }
int bits(u64 v) { return __builtin_ctzll(v | 1) + __builtin_clzll(v | 1); }
u64 atomics(u64 *p, u32 *q, u8 *r) {
  __atomic_fetch_add(p, 5, __ATOMIC_SEQ_CST);
  __atomic_or_fetch(q, 6, __ATOMIC_SEQ_CST);
  u64 old = __atomic_exchange_n(p, 9, __ATOMIC_SEQ_CST);
  u8 expected = 3;
  __atomic_compare_exchange_n(r, &expected, 4, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  return old + expected;
}
void copy_struct(struct vec *a, const struct vec *b, int n) { for (int i = 0; i < n; i++) a[i] = b[i]; }
double mix(const struct vec *v, int n) { double s = 0; for (int i = 0; i < n; i++) s += v[i].x * v[i].y - v[i].z / (v[i].w + 1.5f); return s > 0 ? s : -s; }
void fill(u32 *p, int n) { for (int i = 0; i < n; i++) p[i] = i * 7 + (i ^ 0x55); }
u32 sum(const u16 *p, int n) { u32 s = 0; for (int i = 0; i < n; i++) s += p[i] > 9 ? p[i] : 9; return s; }
long narrow(const signed char *p, const short *q) { return p[0] + q[0] + (long)p[1] * q[1]; }
int select(int a, int b, int c) { return a < b ? c : a > 100 ? b : a; }
unsigned __int128 wide(u64 a, u64 b) { return (unsigned __int128)a * b + a; }
extern void sink(int, ...);
void calls(int n) { for (int i = 0; i < n; i++) sink(i, n, 1.0 * i, (float)i, &calls); }
