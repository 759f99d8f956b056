package io.airlockapp.gateway.harp;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM with a fresh random 12-byte nonce per encryption and a 16-byte tag.
 */
public final class ArtifactCipher {

	/**
	 * The only algorithm HARP names.
	 */
	public static final String ALGORITHM = "AES-256-GCM";

	private static final int NONCE_SIZE = 12;

	private static final int TAG_SIZE = 16;

	private static final SecureRandom random = new SecureRandom();

	private ArtifactCipher() {
	}

	/**
	 * Encrypt a canonical plaintext.
	 * @param key the key
	 * @param plaintext the bytes to encrypt
	 * @return the ciphertext with its nonce and tag
	 */
	public static Ciphertext seal(EncryptionKey key, byte[] plaintext) {
		byte[] nonce = new byte[NONCE_SIZE];
		random.nextBytes(nonce);
		byte[] sealed;
		try {
			sealed = crypt(Cipher.ENCRYPT_MODE, key, nonce, plaintext);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has AES-GCM", ex);
		}
		int size = sealed.length - TAG_SIZE;
		return new Ciphertext(ALGORITHM, HarpBase64.encode(Arrays.copyOf(sealed, size)), HarpBase64.encode(nonce),
				HarpBase64.encode(Arrays.copyOfRange(sealed, size, sealed.length)));
	}

	/**
	 * Decrypt a ciphertext.
	 * @param key the key
	 * @param ciphertext the ciphertext
	 * @return the plaintext
	 * @throws IllegalArgumentException if a member has the wrong size or form, or the
	 * ciphertext was not made with this key
	 */
	public static byte[] open(EncryptionKey key, Ciphertext ciphertext) {
		if (!ALGORITHM.equals(ciphertext.alg())) {
			throw new IllegalArgumentException("'alg' must be " + ALGORITHM);
		}
		byte[] data = HarpBase64.decode(ciphertext.data());
		byte[] nonce = sized("nonce", ciphertext.nonce(), NONCE_SIZE);
		// The JCA takes tags of 12 bytes too, which are easier to forge
		byte[] tag = sized("tag", ciphertext.tag(), TAG_SIZE);
		byte[] sealed = Arrays.copyOf(data, data.length + TAG_SIZE);
		System.arraycopy(tag, 0, sealed, data.length, TAG_SIZE);
		try {
			return crypt(Cipher.DECRYPT_MODE, key, nonce, sealed);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException("The ciphertext was not made with this key or has been changed");
		}
	}

	private static byte[] sized(String name, String text, int size) {
		byte[] bytes = HarpBase64.decode(text);
		if (bytes.length != size) {
			throw new IllegalArgumentException(
					"'%s' must have %d bytes, but has %d".formatted(name, size, bytes.length));
		}
		return bytes;
	}

	private static byte[] crypt(int mode, EncryptionKey key, byte[] nonce, byte[] input)
			throws GeneralSecurityException {
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(mode, key.asSecretKey(), new GCMParameterSpec(TAG_SIZE * 8, nonce));
		return cipher.doFinal(input);
	}

}
