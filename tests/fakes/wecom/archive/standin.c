/* A stand-in for libWeWorkFinanceSdk_C.so with the same functions. What it hands out lies in the folder it is loaded
 * from:
 *
 *   door            two lines: corp id and secret
 *   rows            lines "<seq> TAB <json of a row>", in order of seq
 *   media/<fileid>  the bytes of a file; "chunk" holds how many go out at a time
 *   trouble/        files "<order>.<call>.<what>": each spoils one call (chat, decrypt, media, init) and is gone:
 *                   a number is returned, "crash" is a SIGSEGV, "hang" never returns, "short" is a page of one row,
 *                   "html" is a page that is no JSON, "cut" ends a file early, "errcode-<n>" is a refusal as JSON
 *   journal         a line per call
 *
 * An encrypted message is hex of a check of 8 bytes and the text, xored with SHAKE256 of the key. One that begins with
 * "crash" kills whoever opens it, one that begins with "hang" never lets go. It prints, as libraries do.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

typedef struct { char *buf; int len; } Slice_t;
typedef struct { char *outindexbuf; int out_len; char *data; int data_len; int is_finish; } MediaData_t;
typedef struct { char corp[256]; char secret[256]; } WeWorkFinanceSdk_t;

static char folder[3072];

static const char *path_of(const char *name) {
    static char path[4096];
    if (!folder[0]) {
        Dl_info info;
        dladdr((void *)path_of, &info);
        snprintf(folder, sizeof folder, "%s", info.dli_fname);
        *strrchr(folder, '/') = 0;
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static char *read_all(const char *name, long from, long most, long *length) {
    FILE *file = fopen(path_of(name), "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file) - from;
    if (size < 0) size = 0;
    if (most >= 0 && size > most) size = most;
    char *data = malloc(size + 1);
    fseek(file, from, SEEK_SET);
    *length = (long)fread(data, 1, size, file);
    data[*length] = 0;
    fclose(file);
    return data;
}

static void note(const char *line) {
    FILE *file = fopen(path_of("journal"), "a");
    if (file) { fprintf(file, "%s\n", line); fclose(file); }
    printf("%s\n", line);
    fflush(stdout);
}

/* What spoils this call, and is over with it. */
static int trouble(const char *call, char *what, size_t most) {
    struct dirent **found;
    int count = scandir(path_of("trouble"), &found, NULL, alphasort), hit = 0;
    for (int i = 0; i < count; i++) {
        char name[300], *rest;
        snprintf(name, sizeof name, "%s", found[i]->d_name);
        rest = strchr(name, '.');
        size_t length = strlen(call);
        if (!hit && rest && name[0] != '.' && !strncmp(rest + 1, call, length) && rest[1 + length] == '.') {
            char path[400];
            snprintf(path, sizeof path, "trouble/%s", name);
            hit = unlink(path_of(path)) == 0;
            if (hit) snprintf(what, most, "%s", rest + 2 + length);
        }
        free(found[i]);
    }
    if (count >= 0) free(found);
    if (hit && !strcmp(what, "crash")) raise(SIGSEGV);
    if (hit && !strcmp(what, "hang")) for (;;) pause();
    return hit;
}

/* SHAKE256 of FIPS 202. */
static uint64_t turned(uint64_t x, int n) { return n ? (x << n) | (x >> (64 - n)) : x; }

static void keccak(uint64_t a[25]) {
    static const int turns[24] = {1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44};
    static const int lanes[24] = {10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1};
    uint8_t shift = 1;
    for (int round = 0; round < 24; round++) {
        uint64_t c[5], t;
        for (int x = 0; x < 5; x++) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        for (int x = 0; x < 5; x++) {
            t = c[(x + 4) % 5] ^ turned(c[(x + 1) % 5], 1);
            for (int y = 0; y < 25; y += 5) a[y + x] ^= t;
        }
        t = a[1];
        for (int i = 0; i < 24; i++) {
            uint64_t kept = a[lanes[i]];
            a[lanes[i]] = turned(t, turns[i]);
            t = kept;
        }
        for (int y = 0; y < 25; y += 5) {
            for (int x = 0; x < 5; x++) c[x] = a[y + x];
            for (int x = 0; x < 5; x++) a[y + x] = c[x] ^ (~c[(x + 1) % 5] & c[(x + 2) % 5]);
        }
        for (int j = 0; j < 7; j++) {
            if (shift & 1) a[0] ^= 1ULL << ((1 << j) - 1);
            shift = (uint8_t)((shift << 1) ^ ((shift >> 7) * 0x71));
        }
    }
}

static void shake256(const uint8_t *in, size_t length, uint8_t *out, size_t wanted) {
    uint64_t state[25] = {0};
    uint8_t *bytes = (uint8_t *)state;
    size_t at = 0;
    for (size_t i = 0; i < length; i++) {
        bytes[at++] ^= in[i];
        if (at == 136) { keccak(state); at = 0; }
    }
    bytes[at] ^= 0x1f;
    bytes[135] ^= 0x80;
    for (size_t i = 0; i < wanted; i++) {
        if (i % 136 == 0) keccak(state);
        out[i] = bytes[i % 136];
    }
}

WeWorkFinanceSdk_t *NewSdk(void) { return calloc(1, sizeof(WeWorkFinanceSdk_t)); }
void DestroySdk(WeWorkFinanceSdk_t *sdk) { free(sdk); }

int Init(WeWorkFinanceSdk_t *sdk, const char *corpid, const char *secret) {
    char what[64];
    note("init");
    if (trouble("init", what, sizeof what)) return atoi(what);
    snprintf(sdk->corp, sizeof sdk->corp, "%s", corpid);
    snprintf(sdk->secret, sizeof sdk->secret, "%s", secret);
    return 0;
}

Slice_t *NewSlice(void) { return calloc(1, sizeof(Slice_t)); }
void FreeSlice(Slice_t *slice) { free(slice->buf); free(slice); }
char *GetContentFromSlice(Slice_t *slice) { return slice->buf; }
int GetSliceLen(Slice_t *slice) { return slice->len; }

static void say(Slice_t *slice, const char *text) {
    slice->buf = strdup(text);
    slice->len = (int)strlen(text);
}

static int is_known(WeWorkFinanceSdk_t *sdk) {
    long length;
    char *door = read_all("door", 0, -1, &length), wanted[520];
    snprintf(wanted, sizeof wanted, "%s\n%s\n", sdk->corp, sdk->secret);
    int good = door && !strcmp(door, wanted);
    free(door);
    return good;
}

/* Where the last page ended, so that nobody reads the whole file for every page. */
static struct { ino_t file; unsigned long long seq; long offset; } last;

static void page(Slice_t *slice, unsigned long long seq, unsigned int limit) {
    struct stat info = {0};
    stat(path_of("rows"), &info);
    long from = last.file == info.st_ino && last.seq == seq && last.offset <= info.st_size ? last.offset : 0, length = 0;
    char *rows = read_all("rows", from, (long)limit * 65536, &length), *line = rows;
    const char *head = "{\"errcode\":0,\"errmsg\":\"ok\",\"chatdata\":[", *tail = "]}";
    char *out = malloc(strlen(head) + length + limit + 8), *at = stpcpy(out, head);
    unsigned int count = 0;
    while (line && count < limit) {
        char *end = memchr(line, '\n', rows + length - line);
        if (!end) break;
        unsigned long long number = strtoull(line, NULL, 10);
        if (number > seq) {
            char *json = (char *)memchr(line, '\t', end - line) + 1;
            if (count++) *at++ = ',';
            memcpy(at, json, end - json);
            at += end - json;
            last.seq = number;
        }
        line = end + 1;
        if (number > seq) { last.file = info.st_ino; last.offset = from + (line - rows); }
    }
    at = stpcpy(at, tail);
    slice->buf = out;
    slice->len = (int)(at - out);
    free(rows);
}

int GetChatData(WeWorkFinanceSdk_t *sdk, unsigned long long seq, unsigned int limit, const char *proxy,
                const char *passwd, int timeout, Slice_t *slice) {
    char what[64], line[128];
    (void)proxy; (void)passwd; (void)timeout;
    snprintf(line, sizeof line, "chat %llu %u", seq, limit);
    note(line);
    if (limit > 1000) return 10000;
    if (trouble("chat", what, sizeof what)) {
        if (!strcmp(what, "short")) limit = 1;
        else if (!strcmp(what, "html")) { say(slice, "<html>502 Bad Gateway</html>"); return 0; }
        else if (!strncmp(what, "errcode-", 8)) {
            snprintf(line, sizeof line, "{\"errcode\":%s,\"errmsg\":\"no, hint: [1732]\"}", what + 8);
            say(slice, line);
            return 0;
        } else return atoi(what);
    }
    if (!is_known(sdk)) { say(slice, "{\"errcode\":40001,\"errmsg\":\"invalid credential, hint: [17]\"}"); return 0; }
    page(slice, seq, limit);
    return 0;
}

static int hex(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

int DecryptData(const char *encrypt_key, const char *encrypt_msg, Slice_t *slice) {
    char what[64];
    size_t length = strlen(encrypt_msg) / 2;
    if (trouble("decrypt", what, sizeof what)) return atoi(what);
    if (!strncmp(encrypt_msg, "crash", 5)) raise(SIGSEGV);
    if (!strncmp(encrypt_msg, "hang", 4)) for (;;) pause();
    if (strlen(encrypt_key) != 32) return 10004;
    if (length < 8 || strspn(encrypt_msg, "0123456789abcdef") != length * 2) return 10008;
    uint8_t *mask = malloc(length + 1), *text = malloc(length + 33), check[8];
    shake256((const uint8_t *)encrypt_key, 32, mask, length);
    for (size_t i = 0; i < length; i++) text[i] = mask[i] ^ (uint8_t)(hex(encrypt_msg[2 * i]) * 16 + hex(encrypt_msg[2 * i + 1]));
    uint8_t *whole = malloc(length + 32);
    memcpy(whole, encrypt_key, 32);
    memcpy(whole + 32, text + 8, length - 8);
    shake256(whole, length + 24, check, 8);
    int good = !memcmp(check, text, 8);
    if (good) {
        slice->len = (int)length - 8;
        slice->buf = malloc(length);
        memcpy(slice->buf, text + 8, length - 8);
    }
    free(whole); free(mask); free(text);
    return good ? 0 : 10006;
}

MediaData_t *NewMediaData(void) { return calloc(1, sizeof(MediaData_t)); }
void FreeMediaData(MediaData_t *media) { free(media->outindexbuf); free(media->data); free(media); }
char *GetOutIndexBuf(MediaData_t *media) { return media->outindexbuf; }
char *GetData(MediaData_t *media) { return media->data; }
int GetIndexLen(MediaData_t *media) { return media->out_len; }
int GetDataLen(MediaData_t *media) { return media->data_len; }
int IsMediaDataFinish(MediaData_t *media) { return media->is_finish; }

int GetMediaData(WeWorkFinanceSdk_t *sdk, const char *indexbuf, const char *sdkFileid, const char *proxy,
                 const char *passwd, int timeout, MediaData_t *media) {
    char what[64] = "", name[700], line[800];
    long from = indexbuf[0] ? atol(indexbuf + 6) : 0, chunk = 512 * 1024, length = 0, rest = 0;
    (void)proxy; (void)passwd; (void)timeout;
    snprintf(line, sizeof line, "media %.60s %ld", sdkFileid, from);
    note(line);
    if (!is_known(sdk)) return 10003;
    if (trouble("media", what, sizeof what) && strcmp(what, "cut")) return atoi(what);
    char *told = read_all("chunk", 0, -1, &length);
    if (told) { chunk = atol(told); free(told); }
    snprintf(name, sizeof name, "media/%.600s", sdkFileid);
    if (strchr(sdkFileid, '/') || !(media->data = read_all(name, from, chunk, &length))) return 10005;
    media->data_len = (int)length;
    char *beyond = read_all(name, from + length, 1, &rest);
    free(beyond);
    media->is_finish = rest == 0 || !strcmp(what, "cut");
    media->outindexbuf = malloc(64);
    media->out_len = snprintf(media->outindexbuf, 64, "Range:%ld", from + length);
    return 0;
}
