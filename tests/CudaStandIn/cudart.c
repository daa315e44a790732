/* The part of libcudart that ONNX Runtime's CUDA provider needs to move memory. Kernels do nothing. All else returns 0, success: see run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUT_OF_MEMORY = 2, DEVICE_PROPERTIES_BYTES = 704 };
#define MEMORY_BYTES ((size_t)8 << 30)

struct copy { void *to; const void *from; size_t bytes; struct copy *next; };
struct graph { struct copy *first, *last; };

static __thread struct graph *capturing;

static void note(const char *what, size_t bytes)
{
    if (getenv("CUDA_STAND_IN_LOG"))
        fprintf(stderr, "cuda: %s %zu\n", what, bytes);
}

/* Not zero: what is read must have been written. */
static int allocate(void **memory, size_t bytes)
{
    if (posix_memalign(memory, 256, bytes ? bytes : 1))
        return OUT_OF_MEMORY;
    memset(*memory, 0xCD, bytes);
    return 0;
}

static int handle(void **made) { return (*made = malloc(8)) ? 0 : OUT_OF_MEMORY; }

int cudaGetDeviceCount(int *count) { *count = 1; return 0; }
int cudaGetDevice(int *device) { *device = 0; return 0; }
int cudaDriverGetVersion(int *version) { *version = 13000; return 0; }
int cudaRuntimeGetVersion(int *version) { *version = 13000; return 0; }
const char *cudaGetErrorName(int error) { return error ? "cudaErrorMemoryAllocation" : "cudaSuccess"; }
const char *cudaGetErrorString(int error) { return error ? "out of memory" : "no error"; }

int cudaGetDeviceProperties(char *properties, int device)
{
    memset(properties, 0, DEVICE_PROPERTIES_BYTES);
    strcpy(properties, "stand-in");
    *(size_t *)(properties + 288) = MEMORY_BYTES;
    *(int *)(properties + 308) = 32;   /* warpSize */
    *(int *)(properties + 320) = 1024; /* maxThreadsPerBlock */
    *(int *)(properties + 360) = 8;    /* major */
    *(int *)(properties + 384) = 1;    /* multiProcessorCount */
    return 0;
}

int cudaDeviceGetAttribute(int *value, int attribute, int device)
{
    enum { COMPUTE_CAPABILITY_MAJOR = 75, COMPUTE_CAPABILITY_MINOR = 76 };
    *value = attribute == COMPUTE_CAPABILITY_MAJOR ? 8 : attribute == COMPUTE_CAPABILITY_MINOR ? 0 : 1024;
    return 0;
}

int cudaMemGetInfo(size_t *free_bytes, size_t *total) { *free_bytes = *total = MEMORY_BYTES; return 0; }
int cudaMalloc(void **memory, size_t bytes) { note("malloc", bytes); return allocate(memory, bytes); }
int cudaMallocFromPoolAsync(void **memory, size_t bytes, void *pool, void *stream) { return cudaMalloc(memory, bytes); }
int cudaHostAlloc(void **memory, size_t bytes, unsigned flags) { note("host alloc", bytes); return allocate(memory, bytes); }
int cudaMallocHost(void **memory, size_t bytes) { return cudaHostAlloc(memory, bytes, 0); }
int cudaFree(void *memory) { free(memory); return 0; }
int cudaFreeAsync(void *memory, void *stream) { free(memory); return 0; }
int cudaFreeHost(void *memory) { free(memory); return 0; }
int cudaPointerGetAttributes(void *attributes, const void *memory) { memset(attributes, 0, 24); return 0; }

int cudaMemset(void *memory, int value, size_t bytes) { memset(memory, value, bytes); return 0; }
int cudaMemsetAsync(void *memory, int value, size_t bytes, void *stream) { return capturing ? 0 : cudaMemset(memory, value, bytes); }
int cudaMemcpy(void *to, const void *from, size_t bytes, int kind) { note("memcpy", bytes); memcpy(to, from, bytes); return 0; }

int cudaMemcpyAsync(void *to, const void *from, size_t bytes, int kind, void *stream)
{
    note(capturing ? "memcpyAsync, captured" : "memcpyAsync", bytes);
    if (!capturing) {
        memcpy(to, from, bytes);
        return 0;
    }

    struct copy *copy = malloc(sizeof *copy);
    *copy = (struct copy){ to, from, bytes, NULL };
    if (capturing->last)
        capturing->last->next = copy;
    else
        capturing->first = copy;
    capturing->last = copy;
    return 0;
}

int cudaStreamCreate(void **stream) { return handle(stream); }
int cudaStreamCreateWithFlags(void **stream, unsigned flags) { return handle(stream); }
int cudaEventCreate(void **event) { return handle(event); }
int cudaEventCreateWithFlags(void **event, unsigned flags) { return handle(event); }
int cudaStreamBeginCapture(void *stream, int mode) { capturing = calloc(1, sizeof *capturing); return 0; }
int cudaStreamEndCapture(void *stream, void **graph) { *graph = capturing; capturing = NULL; return 0; }
int cudaStreamIsCapturing(void *stream, int *status) { *status = capturing != NULL; return 0; }
int cudaGraphInstantiate(void **executable, void *graph, unsigned long long flags) { *executable = graph; return 0; }

int cudaGraphLaunch(void *executable, void *stream)
{
    note("graph launch", 0);
    for (struct copy *copy = ((struct graph *)executable)->first; copy; copy = copy->next)
        memcpy(copy->to, copy->from, copy->bytes);
    return 0;
}

void **__cudaRegisterFatBinary(void *binary) { static void *none[4]; return none; }
int cudaFuncGetAttributes(void *attributes, const void *function) { memset(attributes, 0, 64); return 0; }
int cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, const void *function, int size, size_t memory, unsigned flags) { *blocks = 1; return 0; }
