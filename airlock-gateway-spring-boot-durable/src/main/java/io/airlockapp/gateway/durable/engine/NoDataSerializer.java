/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.engine;

import com.github.kagkarlsson.scheduler.serializer.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * {@link Serializer} for tasks without data. It never deserializes anything, since anyone
 * with write access to the table could otherwise choose the class.
 */
final class NoDataSerializer implements Serializer {

	@Override
	public byte @Nullable [] serialize(@Nullable Object data) {
		return null;
	}

	@Override
	public <T> @Nullable T deserialize(Class<T> type, byte @Nullable [] data) {
		return null;
	}

}
