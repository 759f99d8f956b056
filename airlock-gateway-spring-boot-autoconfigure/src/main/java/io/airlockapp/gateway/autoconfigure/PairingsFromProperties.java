package io.airlockapp.gateway.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Pairings from {@link AirlockGatewayProperties}, each of them validated.
 */
final class PairingsFromProperties {

	private final String prefix;

	private final AirlockGatewayProperties.Pairing properties;

	private PairingsFromProperties(String prefix, AirlockGatewayProperties.Pairing properties) {
		this.prefix = prefix;
		this.properties = properties;
	}

	/**
	 * Return the pairings whose keys are configured, by name.
	 */
	static Map<String, Pairing> read(AirlockGatewayProperties properties) {
		Map<String, Pairing> pairings = new LinkedHashMap<>();
		forEach(properties, (name, source) -> {
			Pairing pairing = source.pairing();
			if (pairing != null) {
				pairings.put(name, pairing);
			}
		});
		return pairings;
	}

	/**
	 * Return the configured pairing codes, by name of the pairing.
	 */
	static Map<String, String> codes(AirlockGatewayProperties properties) {
		Map<String, String> codes = new LinkedHashMap<>();
		forEach(properties, (name, source) -> {
			String code = source.properties.code();
			if (StringUtils.hasText(code)) {
				codes.put(name, code.trim());
			}
		});
		return codes;
	}

	/**
	 * Return the prefix of a pairing's properties.
	 */
	static String prefix(String name) {
		return Pairing.DEFAULT_NAME.equals(name) ? "airlock.gateway.pairing."
				: "airlock.gateway.pairings." + name + ".";
	}

	private static void forEach(AirlockGatewayProperties properties,
			BiConsumer<String, PairingsFromProperties> consumer) {
		consumer.accept(Pairing.DEFAULT_NAME,
				new PairingsFromProperties(prefix(Pairing.DEFAULT_NAME), properties.pairing().asPairing()));
		properties.pairings().forEach((name, further) -> {
			if (name.equals(Pairing.DEFAULT_NAME)) {
				throw new AirlockConfigurationException("airlock.gateway.pairings." + name + ".*",
						"the default pairing has properties of its own", "Use 'airlock.gateway.pairing.*'.");
			}
			try {
				Pairing.requireName(name);
			}
			catch (IllegalArgumentException ex) {
				throw new AirlockConfigurationException("airlock.gateway.pairings." + name + ".*",
						"its name can't be one of a pairing", ex.getMessage() + ".");
			}
			consumer.accept(name, new PairingsFromProperties(prefix(name), further));
		});
	}

	private @Nullable Pairing pairing() {
		boolean routed = StringUtils.hasText(this.properties.routingToken());
		boolean encrypted = StringUtils.hasText(this.properties.encryptionKey());
		boolean signed = !this.properties.signerKeys().isEmpty();
		if (!routed && !encrypted && !signed) {
			return null;
		}
		require(routed, "routing-token");
		require(encrypted, "encryption-key");
		require(signed, "signer-keys.<id>");
		return new Pairing(text(this.properties.routingToken()), encryptionKey(text(this.properties.encryptionKey())),
				signerKeys(this.properties.signerKeys()));
	}

	private void require(boolean present, String name) {
		if (!present) {
			throw failure(name, "it is missing, while other parts of the pairing are there",
					"Set '%1$srouting-token', '%1$sencryption-key' and at least one '%1$ssigner-keys.<id>', or none of them."
						.formatted(this.prefix));
		}
	}

	private static String text(@Nullable String text) {
		Assert.state(text != null, "'text' must not be null");
		return text.trim();
	}

	private EncryptionKey encryptionKey(String text) {
		try {
			return EncryptionKey.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw failure("encryption-key", String.valueOf(ex.getMessage()),
					"Set it to the 32 bytes of the pairing's encryption key as base64 or base64url.");
		}
	}

	private List<SignerKey> signerKeys(Map<String, String> keysById) {
		List<SignerKey> keys = new ArrayList<>();
		keysById.forEach((id, key) -> {
			try {
				keys.add(SignerKey.of(id, key.trim()));
			}
			catch (IllegalArgumentException ex) {
				throw failure("signer-keys." + id, String.valueOf(ex.getMessage()),
						"Set it to the 32 bytes of the approver's Ed25519 public key as base64 or base64url.");
			}
		});
		return keys;
	}

	private AirlockConfigurationException failure(String name, String reason, String action) {
		return new AirlockConfigurationException(this.prefix + name, reason, action);
	}

}
