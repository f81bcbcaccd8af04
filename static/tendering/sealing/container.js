// ASiC-E containers written as a stream, in the one ZIP layout that the platform accepts (signing/rules/zip_profile.py):
// stored members back to back, no extra field, no comment. Memory stays constant: a member's header is written over once
// its size and checksum are known, which a synchronous file handle allows.

import { createCRC32, createSHA256 } from "../../vendor/sealing/libraries.js";

const MIMETYPE = "application/vnd.etsi.asic-e+zip";
const VERSION = 20;
const UTF8 = 0x0800;
const DATE = 0x0021; // 1980-01-01
const text = new TextEncoder();

function record(size, fill) {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer));
  return bytes;
}

function localHeader({ name, crc, size }) {
  const encoded = text.encode(name);
  const head = record(30, (view) => {
    view.setUint32(0, 0x04034b50, true);
    view.setUint16(4, VERSION, true);
    view.setUint16(6, UTF8, true);
    view.setUint16(12, DATE, true);
    view.setUint32(14, crc, true);
    view.setUint32(18, size, true);
    view.setUint32(22, size, true);
    view.setUint16(26, encoded.length, true);
  });
  return join(head, encoded);
}

function centralHeader({ name, crc, size, offset }) {
  const encoded = text.encode(name);
  const head = record(46, (view) => {
    view.setUint32(0, 0x02014b50, true);
    view.setUint16(4, VERSION, true);
    view.setUint16(6, VERSION, true);
    view.setUint16(8, UTF8, true);
    view.setUint16(14, DATE, true);
    view.setUint32(16, crc, true);
    view.setUint32(20, size, true);
    view.setUint32(24, size, true);
    view.setUint16(28, encoded.length, true);
    view.setUint32(42, offset, true);
  });
  return join(head, encoded);
}

function endRecord(count, size, offset) {
  return record(22, (view) => {
    view.setUint32(0, 0x06054b50, true);
    view.setUint16(8, count, true);
    view.setUint16(10, count, true);
    view.setUint32(12, size, true);
    view.setUint32(16, offset, true);
  });
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export class ContainerWriter {
  /** `handle` is a FileSystemSyncAccessHandle of an empty file. */
  constructor(handle) {
    this.handle = handle;
    this.at = 0;
    this.members = [];
  }

  static async begin(handle) {
    handle.truncate(0);
    const writer = new ContainerWriter(handle);
    await writer.add("mimetype", [text.encode(MIMETYPE)]);
    return writer;
  }

  write(bytes) {
    let done = 0;
    while (done < bytes.length) done += this.handle.write(bytes.subarray(done), { at: this.at + done });
    this.at += bytes.length;
  }

  /** Write one member from an (async) iterable of Uint8Array; returns {name, size, sha256 (hex), crc}. */
  async add(name, chunks) {
    const offset = this.at;
    const [crc, sha256] = await Promise.all([createCRC32(), createSHA256()]);
    crc.init();
    sha256.init();
    this.write(localHeader({ name, crc: 0, size: 0 }));
    const start = this.at;
    for await (const chunk of chunks) {
      crc.update(chunk);
      sha256.update(chunk);
      this.write(chunk);
    }
    const member = { name, offset, size: this.at - start, crc: parseInt(crc.digest("hex"), 16), sha256: sha256.digest("hex") };
    if (this.at > 0xffffffff) throw new RangeError("container.too_large");
    this.handle.write(localHeader(member), { at: offset });
    this.members.push(member);
    return member;
  }

  /** Write the directory; returns the container's size in bytes. */
  finish() {
    const offset = this.at;
    for (const member of this.members) this.write(centralHeader(member));
    this.write(endRecord(this.members.length, this.at - offset, offset));
    this.handle.flush();
    return this.at;
  }
}

export { hex, join };
