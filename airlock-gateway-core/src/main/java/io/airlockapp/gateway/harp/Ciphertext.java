/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

/**
 * Encrypted artifact in its wire format. All three binary members are standard base64.
 *
 * @param alg always {@value ArtifactCipher#ALGORITHM}
 * @param data the encrypted canonical plaintext
 * @param nonce the 12-byte nonce
 * @param tag the 16-byte authentication tag
 */
public record Ciphertext(String alg, String data, String nonce, String tag) {
}
