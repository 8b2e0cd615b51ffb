// The platforms that have a package with the native half. Each package is called after its platform, in one scope.

/** What a platform's package says of itself, so that npm installs it there alone, and what Rust calls the platform. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
  readonly libc?: 'glibc' | 'musl';
  readonly target: string;
}

export const SCOPE = '@autoplus-sdk';

export const PLATFORMS: Readonly<Record<string, Platform>> = {
  'linux-x64-gnu': { os: 'linux', cpu: 'x64', libc: 'glibc', target: 'x86_64-unknown-linux-gnu' },
  'linux-arm64-gnu': { os: 'linux', cpu: 'arm64', libc: 'glibc', target: 'aarch64-unknown-linux-gnu' },
  'linux-x64-musl': { os: 'linux', cpu: 'x64', libc: 'musl', target: 'x86_64-unknown-linux-musl' },
  'linux-arm64-musl': { os: 'linux', cpu: 'arm64', libc: 'musl', target: 'aarch64-unknown-linux-musl' },
  'darwin-x64': { os: 'darwin', cpu: 'x64', target: 'x86_64-apple-darwin' },
  'darwin-arm64': { os: 'darwin', cpu: 'arm64', target: 'aarch64-apple-darwin' },
  'win32-x64-msvc': { os: 'win32', cpu: 'x64', target: 'x86_64-pc-windows-msvc' },
  'win32-arm64-msvc': { os: 'win32', cpu: 'arm64', target: 'aarch64-pc-windows-msvc' },
};

/** The platforms whose package may fit this machine: on Linux there is one for each C library. */
export function fitting(os: string, cpu: string): string[] {
  return Object.entries(PLATFORMS).flatMap(([name, its]) => (its.os === os && its.cpu === cpu ? [name] : []));
}
