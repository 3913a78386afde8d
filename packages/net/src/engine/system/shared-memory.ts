// Memory that processes share: a file without a name (memfd_create(2)), mapped by each (mmap(2)). Linux only.
import type { Libc } from './libc.ts';

const MFD_CLOEXEC = 1;
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;

/** @returns a descriptor, to be handed down to other processes; all bytes are 0 */
export function createSharedMemory({ koffi, check, close }: Libc, bytes: number): number {
  const library = koffi.load(null);
  const fd = check(
    library.func('int memfd_create(const char*, unsigned int)')('loadbalancer', MFD_CLOEXEC),
    'memfd_create',
  );
  try {
    check(library.func('int ftruncate(int, int64_t)')(fd, bytes), 'ftruncate');
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** The memory of a descriptor, for as long as this process lives. */
export function mapSharedMemory({ koffi, check }: Libc, fd: number, bytes: number): ArrayBuffer {
  const map = koffi.load(null).func('void* mmap(void*, size_t, int, int, int, int64_t)');
  const address = map(null, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  // MAP_FAILED is -1, as a pointer.
  if (koffi.address(address) === 0xffff_ffff_ffff_ffffn) check(-1, 'mmap');
  return koffi.view(address, bytes);
}
