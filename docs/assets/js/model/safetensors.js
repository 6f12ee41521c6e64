// The safetensors format: eight bytes with the header's length, a JSON header, then the numbers of all tensors.

/** How many bytes a number takes, and how to read the number at a byte of a DataView. Numbers are little-endian. */
const KINDS = {
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) },
};

/**
 * The number that the sixteen bits of a half-precision float stand for (IEEE 754 binary16).
 *
 * @param {number} bits 0 to 65535: one sign bit, five bits of exponent, ten of fraction
 * @returns {number}
 */
function halfToNumber(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

/**
 * Read a .safetensors file.
 *
 * @param {ArrayBuffer} buffer the whole file
 * @returns {Object<string, {shape: number[], data: Float64Array}>} the tensors by name, each row by row; in double
 *   precision, because sums run faster over arrays of one kind
 * @throws {Error} the file is cut short, is no safetensors file, or holds numbers other than F16 and F32
 */
export function parseSafetensors(buffer) {
  const { header, start } = readHeader(buffer);
  const view = new DataView(buffer, start);
  const tensors = {};
  let total = 0;
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const { shape, begin, end, kind } = checkEntry(name, entry);
    if (end > view.byteLength) {
      throw new Error(`The file is cut short: tensor ${name} ends at byte ${start + end} of ${buffer.byteLength}.`);
    }
    const read = (_, index) => kind.read(view, begin + index * kind.bytes);
    tensors[name] = { shape, data: new Float64Array((end - begin) / kind.bytes).map(read) };
    total += end - begin;
  }
  if (total !== view.byteLength) {
    throw new Error(`Not a safetensors file: its tensors take ${total} bytes, ${view.byteLength} are there.`);
  }
  return tensors;
}

/** The JSON header and the byte at which the numbers start. */
function readHeader(buffer) {
  if (buffer.byteLength < 9) throw new Error(`The file is cut short: it has ${buffer.byteLength} bytes.`);
  const view = new DataView(buffer);
  const length = Number(view.getBigUint64(0, true));
  if (view.getUint8(8) !== "{".charCodeAt(0)) throw new Error("Not a safetensors file: it has no header.");
  if (8 + length > buffer.byteLength) {
    throw new Error(`The file is cut short: its header ends at byte ${8 + length} of ${buffer.byteLength}.`);
  }
  try {
    const header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(buffer, 8, length)));
    return { header, start: 8 + length };
  } catch (error) {
    throw new Error(`Not a safetensors file: its header cannot be read (${error.message}).`);
  }
}

/** One entry of the header, once it is known to fit together. */
function checkEntry(name, { dtype, shape = [], data_offsets: [begin, end] = [] }) {
  const kind = KINDS[dtype];
  if (!kind) throw new Error(`Tensor ${name} holds ${dtype}; only ${Object.keys(KINDS).join(" and ")} can be read.`);
  const count = shape.reduce((product, size) => product * size, 1);
  if (end - begin !== count * kind.bytes) {
    throw new Error(`Not a safetensors file: tensor ${name} of shape [${shape}] cannot take ${end - begin} bytes.`);
  }
  return { shape, begin, end, kind };
}
