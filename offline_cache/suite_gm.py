"""The suite ``gm``: SM2 (GB/T 32918), SM3 (GB/T 32905), SM4 in GCM (GB/T 32907, RFC 8998).

SM3 and SM4 come from ``cryptography``. It has no SM2, which comes from GmSSL through ``gmssl-pyx`` (the extra ``gm``);
nothing else is taken from there. In production a terminal's SM2 key sits in a UKey, PSAM or HSM; this is the software
of the other side, and of the sandbox.
"""

from __future__ import annotations

import secrets

import gmssl_pyx
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from offline_cache.canonical import NotCanonicalError, decode, encode

_HALF, _PUBLIC, _KEY, _NONCE, _TAG = 32, 64, 16, 12, 16
_FAILED = (gmssl_pyx.GmsslInnerError, gmssl_pyx.InvalidValueError, ValueError, TypeError, OverflowError)


class GmSuite:
    """A private key is 96 bytes, the scalar and behind it its public point (so that no curve is computed here); a
    public key 64 bytes, x and y; a signature 64 bytes, r and s, with the standard's default identity of the signer.

    What is sealed is canonical CBOR of [SM4 key sealed to the public key by SM2 (GB/T 32918.4), nonce, SM4-GCM
    ciphertext with its tag]; ``info`` is bound as the associated data.
    """

    name = "gm"
    signature_name = "sm2-sm3"
    digest_name = "sm3"
    signing = ("sm2", _PUBLIC)
    sealing = ("sm2", _PUBLIC)

    def random(self, size: int) -> bytes:
        return secrets.token_bytes(size)

    def digest(self, data: bytes) -> bytes:
        sm3 = hashes.Hash(hashes.SM3())
        sm3.update(data)
        return sm3.finalize()

    def new_signing_key(self) -> bytes:
        public, private = gmssl_pyx.sm2_key_generate()
        return bytes(private) + bytes(public)

    def public_key(self, private: bytes) -> bytes:
        return private[_HALF:]

    def sign(self, private: bytes, data: bytes) -> bytes:
        signature = gmssl_pyx.sm2_sign(private[:_HALF], private[_HALF:], data)
        r, s = decode_dss_signature(bytes(signature))
        return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")

    def verify(self, public: bytes, data: bytes, signature: bytes) -> bool:
        if len(public) != _PUBLIC or len(signature) != 2 * _HALF:
            return False
        r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
        try:
            point = gmssl_pyx.normalize_sm2_public_key(public)
            return bool(gmssl_pyx.sm2_verify(point, data, encode_dss_signature(r, s)))
        except _FAILED:
            return False

    def new_sealing_key(self) -> bytes:
        return self.new_signing_key()

    def sealing_public_key(self, private: bytes) -> bytes:
        return self.public_key(private)

    def seal(self, public: bytes, info: bytes, plain: bytes) -> bytes | None:
        key, nonce = self.random(_KEY), self.random(_NONCE)
        try:
            enveloped = bytes(gmssl_pyx.sm2_encrypt(gmssl_pyx.normalize_sm2_public_key(public), key))
        except _FAILED:
            return None
        sm4 = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        sm4.authenticate_additional_data(info)
        sealed = sm4.update(plain) + sm4.finalize()
        return encode([enveloped, nonce, sealed + sm4.tag])

    def open(self, private: bytes, info: bytes, sealed: bytes) -> bytes | None:
        try:
            match decode(sealed):
                case [bytes(enveloped), bytes(nonce), bytes(cipher)] if len(nonce) == _NONCE and len(cipher) >= _TAG:
                    return self._opened(private, info, enveloped, nonce, cipher)
        except (NotCanonicalError, InvalidTag, *_FAILED):
            pass
        return None

    def _opened(self, private: bytes, info: bytes, enveloped: bytes, nonce: bytes, cipher: bytes) -> bytes | None:
        key = bytes(gmssl_pyx.sm2_decrypt(private[:_HALF], enveloped))
        if len(key) != _KEY:
            return None
        sm4 = Cipher(algorithms.SM4(key), modes.GCM(nonce, cipher[-_TAG:])).decryptor()
        sm4.authenticate_additional_data(info)
        return sm4.update(cipher[:-_TAG]) + sm4.finalize()


GM = GmSuite()
