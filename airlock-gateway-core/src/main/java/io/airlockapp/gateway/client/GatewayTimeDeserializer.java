/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * Deserializer of times in messages of the gateway. A malformed time counts as absent,
 * since no message is useless for want of a time.
 */
final class GatewayTimeDeserializer extends StdDeserializer<Instant> {

	GatewayTimeDeserializer() {
		super(Instant.class);
	}

	@Override
	public @Nullable Instant deserialize(JsonParser parser, DeserializationContext context) {
		String time = context.readTree(parser).stringValue("");
		try {
			// Years of RFC 3339 have no sign. With other years, calculations overflow
			return time.matches("\\d.*") ? OffsetDateTime.parse(time).toInstant() : null;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
