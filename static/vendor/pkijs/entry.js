export * as asn1js from "asn1js";
export {
  Attribute, Certificate, ContentInfo, EncapsulatedContentInfo, IssuerAndSerialNumber, PFX, SignedAndUnsignedAttributes,
  SignedData, SignerInfo, CryptoEngine, setEngine, getCrypto,
} from "pkijs";
