/* The three-pathway ternary model, written from its formulas (README.md) as one would first write it: FP32,
 * and each step computes the whole sequence again. Reads ATOME01 and ATOME02. C99 with expf, sqrtf and tanhf.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "../atome_probe.h"

#ifndef MAX_V /* the largest V d L h K, and the positions of a sequence */
enum { MAX_V = 1024, MAX_D = 256, MAX_L = 8, MAX_H = 64, MAX_K = 32, MAX_T = 1024 };
#endif

static struct block {
  float gamma[MAX_D], beta[MAX_D], a[MAX_D], b[MAX_D], c[MAX_D], conv_scale, q_scale, k_scale, v_scale,
      router_scale;
  int8_t conv[MAX_D * MAX_K], wq[MAX_H * MAX_D], wk[MAX_H * MAX_D], wv[MAX_D * MAX_D], router[3 * MAX_D];
} blocks[MAX_L];
static float embed_scale, unembed_scale, final_gamma[MAX_D], final_beta[MAX_D];
static int8_t embed[MAX_V * MAX_D], unembed[MAX_V * MAX_D];
static int V, D, L, H, K, TOP, S, T; /* the model's dimensions; the sequence's length */
static uint32_t tokens[MAX_T];
static float x[MAX_T][MAX_D], n[MAX_T][MAX_D], q[MAX_T][MAX_H], k[MAX_T][MAX_H], v[MAX_T][MAX_D];

/* ---- The file ---- */

static const uint8_t *at, *end;
static int whole, five; /* whether the file was long enough so far; five trits a byte, else four */

static void read_floats(float* to, int size) {
  whole = whole && end - at >= 4 * size;
  if (whole) memcpy(to, at, 4 * (size_t)size);
  if (whole) at += 4 * size;
}

/* An FP32 scale, then trits: two bits each from the lowest, 1 and 3 for +1 and -1; or digits 0, 1, 2 of
 * base 3. */
static void read_ternary(float* scale, int8_t* to, int size) {
  const int per_byte = five ? 5 : 4;
  unsigned rest = 0;
  read_floats(scale, 1);
  whole = whole && end - at >= (size + per_byte - 1) / per_byte;
  for (int i = 0; whole && i < size; ++i, rest /= five ? 3 : 4) {
    if (i % per_byte == 0) rest = *at++;
    to[i] = (int8_t)(five ? (int)(rest % 3) - 1 : rest % 4 == 3 ? -1 : (int)(rest % 4));
  }
}

static int open_model(const struct atome_probe_model* model) {
  const uint16_t* dim = model->dimensions;
  V = dim[0], D = dim[1], L = dim[2], H = dim[3], K = dim[4], TOP = dim[5], S = dim[6];
  if (V > MAX_V || D > MAX_D || L > MAX_L || H > MAX_H || K > MAX_K) return ATOME_ENGINE_NO_MEMORY;
  at = model->file;
  end = at + model->bytes;
  if (model->bytes < 7 || (memcmp(at, "ATOME01", 7) != 0 && memcmp(at, "ATOME02", 7) != 0))
    return ATOME_ENGINE_BAD_MODEL;
  five = at[6] == '2';
  whole = 1;
  at += 7;
  read_ternary(&embed_scale, embed, V * D);
  for (struct block* b = blocks; b < blocks + L; ++b) {
    read_floats(b->gamma, D);
    read_floats(b->beta, D);
    read_ternary(&b->conv_scale, b->conv, D * K);
    read_floats(b->a, D);
    read_floats(b->b, D);
    read_floats(b->c, D);
    for (int c = 0; c < D; ++c) b->a[c] = tanhf(b->a[c]); /* the formula has it so */
    read_ternary(&b->q_scale, b->wq, H * D);
    read_ternary(&b->k_scale, b->wk, H * D);
    read_ternary(&b->v_scale, b->wv, D * D);
    read_ternary(&b->router_scale, b->router, 3 * D);
  }
  read_floats(final_gamma, D);
  read_floats(final_beta, D);
  read_ternary(&unembed_scale, unembed, V * D);
  return whole && at == end ? ATOME_ENGINE_OK : ATOME_ENGINE_BAD_MODEL;
}

/* ---- The formulas ---- */

/* y = scale W in, W of `rows` rows of D trits */
static void multiply(float scale, const int8_t* w, int rows, const float* in, float* y) {
  for (int r = 0; r < rows; ++r, w += D) {
    float sum = 0;
    for (int i = 0; i < D; ++i) {
      if (w[i] != 0) sum += w[i] > 0 ? in[i] : -in[i];
    }
    y[r] = scale * sum;
  }
}

static void layer_norm(const float* in, const float* scale, const float* shift, float* y) {
  float mean = 0, variance = 0;
  for (int i = 0; i < D; ++i) mean += in[i];
  mean /= (float)D;
  for (int i = 0; i < D; ++i) variance += (in[i] - mean) * (in[i] - mean);
  const float root = sqrtf(variance / (float)D + 1e-5f);
  for (int i = 0; i < D; ++i) y[i] = (in[i] - mean) / root * scale[i] + shift[i];
}

static void softmax(float* values, int size) {
  float largest = values[0], sum = 0;
  for (int i = 1; i < size; ++i) largest = fmaxf(largest, values[i]);
  for (int i = 0; i < size; ++i) sum += values[i] = expf(values[i] - largest);
  for (int i = 0; i < size; ++i) values[i] /= sum;
}

/* out = the values of the TOP highest scores among the last S positions; of equal scores the first. */
static void attend(int t, float* out) {
  static float score[MAX_T], weight[MAX_T];
  static int where[MAX_T];
  const int first = t < S ? 0 : t - S + 1;
  int found = 0;
  for (int j = first; j <= t; ++j) {
    score[j] = 0;
    for (int i = 0; i < H; ++i) score[j] += q[t][i] * k[j][i];
    score[j] /= sqrtf((float)H);
  }
  for (; found < TOP && found <= t - first; ++found) {
    int best = first;
    for (int j = first; j <= t; ++j) best = score[j] > score[best] ? j : best;
    where[found] = best;
    weight[found] = score[best];
    score[best] = -INFINITY; /* taken */
  }
  softmax(weight, found);
  memset(out, 0, sizeof(float) * (size_t)D);
  for (int i = 0; i < found; ++i) {
    for (int c = 0; c < D; ++c) out[c] += weight[i] * v[where[i]][c];
  }
}

static void run_block(const struct block* b) {
  static float state[MAX_D], sparse[MAX_D];
  memset(state, 0, sizeof state);
  for (int t = 0; t < T; ++t) {
    float route[3];
    layer_norm(x[t], b->gamma, b->beta, n[t]);
    multiply(b->q_scale, b->wq, H, n[t], q[t]);
    multiply(b->k_scale, b->wk, H, n[t], k[t]);
    multiply(b->v_scale, b->wv, D, n[t], v[t]);
    multiply(b->router_scale, b->router, 3, n[t], route);
    softmax(route, 3);
    attend(t, sparse);
    for (int c = 0; c < D; ++c) {
      float local = 0;
      for (int j = 0; j < K && j <= t; ++j) local += (float)b->conv[c * K + j] * n[t - j][c];
      state[c] = b->a[c] * state[c] + b->b[c] * n[t][c];
      x[t][c] += route[0] * b->conv_scale * local + route[1] * b->c[c] * state[c] + route[2] * sparse[c];
    }
  }
}

static int reset(void) { return T = 0; }

static int step(uint32_t token, float* logits) {
  static float last[MAX_D];
  if (T == MAX_T) return ATOME_ENGINE_NO_MEMORY;
  tokens[T++] = token;
  for (int t = 0; t < T; ++t) {
    for (int c = 0; c < D; ++c) x[t][c] = embed_scale * (float)embed[(int)tokens[t] * D + c];
  }
  for (int l = 0; l < L; ++l) run_block(&blocks[l]);
  layer_norm(x[T - 1], final_gamma, final_beta, last);
  multiply(unembed_scale, unembed, V, last, logits);
  return ATOME_ENGINE_OK;
}

const struct atome_probe_engine* atome_engine_v1(void) {
  static const struct atome_probe_engine engine = {
      ATOME_ENGINE_VERSION, "naive", open_model, NULL, reset, step};
  return &engine;
}
