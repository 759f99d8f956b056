package io.airlockapp.gateway.pairing;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Code by which a person pairs. It is for that person only; the text form doesn't show
 * it.
 *
 * @param code the code
 * @param expiresAt the time until which it can be used, if the gateway provides it
 * @param qrText the code and the gateway as JSON such as
 * <code>{"gatewayUrl":"https://…","pairingCode":"…"}</code>, to be drawn as a QR code
 */
public record PairingInvitation(String code, @Nullable Instant expiresAt, String qrText) {

	@Override
	public String toString() {
		return "PairingInvitation[expiresAt=%s]".formatted(this.expiresAt);
	}

}
