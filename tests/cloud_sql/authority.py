"""A certificate authority like the one that each Cloud SQL instance has."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import NameOID

HOUR = timedelta(hours=1)
"""An ephemeral certificate of the real service lives for one."""


class Authority:
    """Signs the server's certificate and those of clients."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._sign(self._name, self._key.public_key(), authority=True)

    @property
    def pem(self) -> str:
        """The authority's own certificate."""
        return _pem(self.certificate)

    def sign_client(self, public_key_pem: str, lifetime: timedelta = HOUR) -> str:
        """Sign a client's public key; give the certificate, valid for so long, as PEM."""
        public_key = serialization.load_pem_public_key(public_key_pem.encode())
        assert isinstance(public_key, rsa.RSAPublicKey), "the connector makes an RSA key"
        return _pem(self._sign(_named("client"), public_key, authority=False, lifetime=lifetime))

    def server_pem(self) -> str:
        """Make a key and a certificate for a server, one after the other as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        signed = self._sign(_named("server"), key.public_key(), authority=False)
        return private.decode() + _pem(signed)

    def _sign(
        self,
        subject: x509.Name,
        public_key: CertificatePublicKeyTypes,
        *,
        authority: bool,
        lifetime: timedelta = HOUR,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - HOUR)
            .not_valid_after(now + lifetime)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
