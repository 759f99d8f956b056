/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Code with which a person pairs. It is intended for that person only; the text form does
 * not contain it.
 *
 * @param code the code
 * @param expiresAt the time until which the code can be used, if provided by the gateway
 * @param qrText the content of a QR code: the code and the gateway as JSON such as
 * <code>{"gatewayUrl":"https://…","pairingCode":"…"}</code>
 */
public record PairingInvitation(String code, @Nullable Instant expiresAt, String qrText) {

	@Override
	public String toString() {
		return "PairingInvitation[expiresAt=%s]".formatted(this.expiresAt);
	}

}
