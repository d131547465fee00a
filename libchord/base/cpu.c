/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/cpu.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cgroup.h"
#include "base/cpu-private.h"

#if defined(__x86_64__) || defined(__i386__)
#define CH_X86 1
#include <cpuid.h>
#else
#define CH_X86 0
#endif

/* ---- Instruction sets ---- */

static const char *const isa_names[CH_N_ISAS] = {
  [CH_ISA_REF] = "ref",
  [CH_ISA_AVX2] = "avx2",
  [CH_ISA_AVX512] = "avx512",
  [CH_ISA_AVX512VNNI] = "avx512vnni",
};

const char *
ch_isa_name (ChIsa isa)
{
  return isa_names[isa];
}

bool
ch_isa_from_name (const char *name, ChIsa *isa)
{
  for (int i = 0; i < CH_N_ISAS; i++)
    if (strcmp (name, isa_names[i]) == 0)
      {
        *isa = (ChIsa) i;
        return true;
      }
  return false;
}

#if CH_X86
#define BITS_1_ECX ((1u << 12) | (1u << 27) | (1u << 28) | (1u << 29)) /* FMA OSXSAVE AVX F16C */
#define BIT_AVX2 (1u << 5)
#define BITS_AVX512                                                                                \
  ((1u << 16) | (1u << 17) | (1u << 28) | (1u << 30) | (1u << 31)) /* F DQ CD BW VL */
#define BIT_VNNI (1u << 11)
#define STATE_AVX 0x6u     /* the system saves XMM and YMM registers */
#define STATE_AVX512 0xe6u /* and mask and ZMM registers */

static unsigned
saved_state (void)
{
  unsigned low, high;

  __asm__ volatile ("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

/* The processor's features count only as far as the operating system saves the registers. */
static ChIsa
detect_isa (void)
{
  unsigned eax, ebx, ecx, edx, state;

  if (!__get_cpuid (1, &eax, &ebx, &ecx, &edx) || (ecx & BITS_1_ECX) != BITS_1_ECX)
    return CH_ISA_REF;
  state = saved_state ();
  if ((state & STATE_AVX) != STATE_AVX || !__get_cpuid_count (7, 0, &eax, &ebx, &ecx, &edx)
      || (ebx & BIT_AVX2) == 0)
    return CH_ISA_REF;
  if ((state & STATE_AVX512) != STATE_AVX512 || (ebx & BITS_AVX512) != BITS_AVX512)
    return CH_ISA_AVX2;
  return (ecx & BIT_VNNI) != 0 ? CH_ISA_AVX512VNNI : CH_ISA_AVX512;
}
#else
static ChIsa
detect_isa (void)
{
  return CH_ISA_REF;
}
#endif

static ChIsa detected_isa;

static void
store_isa (void)
{
  detected_isa = detect_isa ();
}

bool
ch_isa_supported (ChIsa isa)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, store_isa);
  return isa <= detected_isa;
}

ChIsa
ch_isa_best (void)
{
  const char *name = getenv ("CHORD_CPU");
  ChIsa cap = CH_N_ISAS - 1, isa = CH_N_ISAS - 1;

  if (name == NULL || !ch_isa_from_name (name, &cap))
    cap = CH_N_ISAS - 1;
  while (isa > CH_ISA_REF && (isa > cap || !ch_isa_supported (isa)))
    isa--;
  return isa;
}

/* ---- Name ---- */

static char cpu_name[128];

/* "model name : Some CPU" (a tab before the colon) of the first processor. */
static void
read_cpu_name (void)
{
  char text[4096];
  const char *at = ch_read_text ("/proc/cpuinfo", text, sizeof text) ? strstr (text, "model name")
                                                                     : NULL;

  at = at != NULL ? strchr (at, ':') : NULL;
  if (at == NULL)
    {
      snprintf (cpu_name, sizeof cpu_name, "unknown CPU");
      return;
    }
  at += 1 + strspn (at + 1, " \t");
  snprintf (cpu_name, sizeof cpu_name, "%.*s", (int) strcspn (at, "\n"), at);
}

const char *
ch_cpu_name (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, read_cpu_name);
  return cpu_name;
}

/* ---- Cores and threads ---- */

/* The lowest CPU of a core stands for the core; the list reads like "0,64" or "2-3". */
static int
core_of (const char *root, int cpu)
{
  char path[PATH_MAX], text[256];

  snprintf (path, sizeof path, "%s/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list",
            root, cpu);
  if (!ch_read_text (path, text, sizeof text) || text[0] < '0' || text[0] > '9')
    return cpu;
  return atoi (text);
}

static bool
seen_before (const int *cores, int n, int core)
{
  for (int i = 0; i < n; i++)
    if (cores[i] == core)
      return true;
  return false;
}

int
ch_cpu_count_cores (const char *root, const int *cpus, int n_cpus)
{
  int *cores = calloc (n_cpus > 0 ? n_cpus : 1, sizeof *cores);
  int n = 0;

  if (cores == NULL)
    return n_cpus;
  for (int i = 0; i < n_cpus; i++)
    {
      int core = core_of (root, cpus[i]);
      if (!seen_before (cores, n, core))
        cores[n++] = core;
    }
  free (cores);
  return n;
}

/* The logical CPUs of the affinity mask, at most CPU_SETSIZE of them. */
static int
list_cpus (int *cpus)
{
  cpu_set_t set;
  int n = 0;

  if (sched_getaffinity (0, sizeof set, &set) == 0)
    {
      for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET (i, &set))
          cpus[n++] = i;
      return n;
    }
  /* A machine of more CPUs than fit into the set. */
  while (n < CPU_SETSIZE && n < sysconf (_SC_NPROCESSORS_ONLN))
    {
      cpus[n] = n;
      n++;
    }
  return n;
}

int
ch_cpu_physical_cores (void)
{
  int cpus[CPU_SETSIZE];
  int n = ch_cpu_count_cores ("", cpus, list_cpus (cpus));

  return n > 0 ? n : 1;
}

/* A fraction of a CPU rounds up: the group is throttled as a whole, so one thread more uses the
 * rest of the quota, and one less would leave it unused. */
int
ch_cpu_threads_for (int cores, double quota)
{
  int n = cores;

  if (quota > 0 && quota < n)
    n = (int) quota + (quota > (int) quota);
  return n > 0 ? n : 1;
}

int
ch_cpu_usable (void)
{
  int cpus[CPU_SETSIZE];

  return ch_cpu_threads_for (list_cpus (cpus), ch_cgroup_cpus (""));
}

int
ch_cpu_default_threads (void)
{
  return ch_cpu_threads_for (ch_cpu_physical_cores (), ch_cgroup_cpus (""));
}
