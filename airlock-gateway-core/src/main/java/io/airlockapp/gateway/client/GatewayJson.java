/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Holds the JSON mapper for messages of the gateway. A malformed time counts as absent,
 * since no message is useless for want of a time.
 */
final class GatewayJson {

	private static final JsonMapper MAPPER = HarpJson.mapper()
		.rebuild()
		.addModule(new SimpleModule().addDeserializer(Instant.class, new TimeDeserializer()))
		.build();

	private GatewayJson() {
	}

	static JsonMapper mapper() {
		return MAPPER;
	}

	/**
	 * Deserializer of times that reads a malformed one as {@code null}.
	 */
	private static final class TimeDeserializer extends StdDeserializer<Instant> {

		private TimeDeserializer() {
			super(Instant.class);
		}

		@Override
		public @Nullable Instant deserialize(JsonParser parser, DeserializationContext context) {
			JsonNode time = context.readTree(parser);
			try {
				return time.isString() ? OffsetDateTime.parse(time.stringValue()).toInstant() : null;
			}
			catch (DateTimeException ex) {
				return null;
			}
		}

	}

}
