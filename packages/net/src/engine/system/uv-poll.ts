// Having Node's own loop watch a descriptor that Node knows nothing of: libuv's uv_poll_t, through koffi.
// Source: libuv's documentation of uv_poll_t, and node's deps/uv/include/uv.h.
import type { Libc } from './libc.ts';

const UV_POLL = 8;
const UV_READABLE = 1;

export interface DescriptorWatch {
  start(): void;
  stop(): void;
  /** Stops for good. Not to be called while `onReadable` runs. */
  close(): void;
}

/**
 * Calls `onReadable` on the main thread whenever the descriptor can be read, from `start` on until `stop`. While it is started
 * it keeps the process alive. The handle's memory lives as long as the process.
 */
export function watchDescriptor(koffi: Libc['koffi'], fd: number, onReadable: () => void): DescriptorWatch {
  const library = koffi.load(null);
  const defaultLoop = library.func('void* uv_default_loop()');
  const handleSize = library.func('size_t uv_handle_size(int)');
  const pollInit = library.func('int uv_poll_init(void*, void*, int)');
  const pollStart = library.func('int uv_poll_start(void*, int, void*)');
  const pollStop = library.func('int uv_poll_stop(void*)');
  const closeHandle = library.func('void uv_close(void*, void*)');

  const handle = koffi.alloc('uint8_t', Number(handleSize(UV_POLL)));
  const failed = pollInit(defaultLoop(), handle, fd);
  if (failed < 0) throw new Error(`uv_poll_init failed: ${failed}`);
  const callback = koffi.register(
    () => {
      try {
        onReadable();
      } catch (error) {
        // An exception may not cross libuv's C code. From here it takes the way of any other that nobody has caught.
        setImmediate(() => {
          throw error;
        });
      }
    },
    koffi.pointer(koffi.proto('void (void*, int, int)')),
  );
  return {
    start: () => void pollStart(handle, UV_READABLE, callback),
    stop: () => void pollStop(handle),
    close: () => {
      pollStop(handle);
      closeHandle(handle, null);
      koffi.unregister(callback);
    },
  };
}
