/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Masking}.
 */
class MaskingTests {

	private static final byte[] VALUE = "\"s3cr3t\"".getBytes(StandardCharsets.UTF_8);

	@Test
	void maskIsHmacOfValueWithKey() throws Exception {
		Masking masking = new Masking();
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(masking.key(), "HmacSHA256"));
		// Another process has to calculate the same
		assertThat(masking.mask(VALUE).digest())
			.isEqualTo("hmac-sha256:" + HexFormat.of().formatHex(mac.doFinal(VALUE)));
	}

	@Test
	void restoreWithKeyReturnsEqualMasking() {
		Masking masking = new Masking();
		assertThat(Masking.restore(masking.key()).mask(VALUE)).isEqualTo(masking.mask(VALUE));
		assertThat(new Masking().mask(VALUE)).isNotEqualTo(masking.mask(VALUE));
	}

	@Test
	void comparableOfEqualValuesIsEqualAcrossMaskings() {
		assertThat(new Masking().mask(VALUE).comparable()).isEqualTo(new Masking().mask(VALUE).comparable())
			.isNotEqualTo(new Masking().mask(new byte[1]).comparable());
	}

	@Test
	void digestDoesNotRevealComparable() {
		SnapshotNode.Masked mask = new Masking().mask(VALUE);
		assertThat(mask.digest()).doesNotContain(mask.comparable());
		assertThat(mask.toJson(SnapshotNode.Masked::digest).toString()).doesNotContain(mask.comparable(), "s3cr3t");
		assertThat(mask).hasToString("Masked");
	}

	@Test
	void keyIsCopied() {
		Masking masking = new Masking();
		byte[] key = masking.key();
		Masking restored = Masking.restore(key);
		key[0]++;
		assertThat(masking.key()).isNotEqualTo(key).isEqualTo(restored.key());
	}

	@Test
	void restoreWhenKeyHasOtherLengthThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> Masking.restore(new byte[31]));
	}

}
