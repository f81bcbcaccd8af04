export { Encrypter, Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
export { createSHA256, createCRC32 } from "hash-wasm";
export { split, combine } from "shamir-secret-sharing";
