package io.airlockapp.gateway.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;

import io.airlockapp.gateway.harp.AesGcm;
import io.airlockapp.gateway.harp.EncryptionKey;
import org.jspecify.annotations.Nullable;

/**
 * {@link PairingStore} that encrypts entries with AES-256-GCM before another store
 * persists them. Each entry has its own nonce and is bound to its name. An encrypted text
 * consists of {@value #PREFIX} and the base64url encoding without padding of nonce,
 * ciphertext and tag. An entry that can't be decrypted, or was never encrypted, is
 * neither read nor replaced: otherwise, anyone with write access to the other store could
 * inject an entry.
 */
public final class EncryptingPairingStore implements PairingStore {

	/**
	 * The prefix of encrypted texts. Its number changes with the format.
	 */
	static final String PREFIX = "airlock-encrypted:1:";

	private static final String KEY_PROPERTY = "airlock.gateway.pairing.store.key";

	private final PairingStore delegate;

	private final EncryptionKey key;

	/**
	 * Create a store.
	 * @param delegate the store for the encrypted entries
	 * @param key the encryption key, which must not be used for other purposes
	 */
	public EncryptingPairingStore(PairingStore delegate, EncryptionKey key) {
		this.delegate = delegate;
		this.key = key;
	}

	@Override
	public @Nullable Entry read(String name) {
		Entry kept = this.delegate.read(name);
		return (kept != null) ? new Entry(decrypt(name, kept.text()), kept.version()) : null;
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		// Fails if it can't be decrypted; a later entry has another version
		read(name);
		return this.delegate.write(name, expected,
				(text != null) ? encrypt(name, EntryValidator.requireText(text)) : null);
	}

	@Override
	public boolean isReadOnly() {
		return this.delegate.isReadOnly();
	}

	static boolean isEncrypted(String text) {
		return text.startsWith("airlock-encrypted:");
	}

	private String encrypt(String name, String text) {
		return PREFIX + encode(AesGcm.encrypt(this.key, EntryValidator.encode(text), boundTo(name)));
	}

	private String decrypt(String name, String text) {
		if (!isEncrypted(text)) {
			throw new PairingStoreException(("Entry '%s' is not encrypted, but '%s' is set. Remove the entry, so that "
					+ "it is created again and encrypted, or remove the property.")
				.formatted(name, KEY_PROPERTY), null);
		}
		try {
			return new String(AesGcm.decrypt(this.key, decode(text), boundTo(name)), StandardCharsets.UTF_8);
		}
		catch (GeneralSecurityException ex) {
			throw new PairingStoreException(("Entry '%s' can't be decrypted: '%s' is not the key that it was encrypted "
					+ "with, or the entry was changed or is another's. Set the right key, or remove the entry, so "
					+ "that it is created again. Nothing was overwritten.")
				.formatted(name, KEY_PROPERTY), ex);
		}
	}

	private static byte[] boundTo(String name) {
		return (PREFIX + name).getBytes(StandardCharsets.UTF_8);
	}

	private static String encode(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	private static byte[] decode(String text) throws GeneralSecurityException {
		String encoded = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "";
		byte[] bytes;
		try {
			bytes = Base64.getUrlDecoder().decode(encoded);
		}
		catch (IllegalArgumentException ex) {
			throw new GeneralSecurityException("Not base64url");
		}
		// Rejects other encodings of the same bytes, which the decoder accepts
		if (!encode(bytes).equals(encoded)) {
			throw new GeneralSecurityException("Not of this format");
		}
		return bytes;
	}

}
