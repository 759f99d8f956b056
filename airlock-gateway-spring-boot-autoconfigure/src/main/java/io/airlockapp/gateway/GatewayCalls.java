package io.airlockapp.gateway;

import java.io.IOException;
import java.util.function.Supplier;

import io.airlockapp.gateway.client.GatewayResponseException;
import org.jspecify.annotations.Nullable;

import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientException;

/**
 * Runs calls of the gateway and tells their failures in the terms of this package.
 */
final class GatewayCalls {

	<T> T execute(Supplier<T> call) {
		T answer = executeNullable(call::get);
		if (answer == null) {
			throw new AirlockGatewayException("The gateway's answer is empty", null, null);
		}
		return answer;
	}

	<T> @Nullable T executeNullable(Supplier<@Nullable T> call) {
		try {
			return call.get();
		}
		catch (GatewayResponseException ex) {
			throw new AirlockGatewayException(ex.getError());
		}
		catch (ResourceAccessException ex) {
			IOException cause = (ex.getCause() instanceof IOException ioException) ? ioException : new IOException(ex);
			throw new AirlockGatewayException("The gateway can't be reached: " + describe(cause), null, cause);
		}
		catch (RestClientException ex) {
			// The cause is left out, since its message can repeat parts of the answer
			throw new AirlockGatewayException("The gateway's answer can't be read", null, null);
		}
	}

	private static String describe(IOException cause) {
		String name = cause.getClass().getSimpleName();
		return (cause.getMessage() != null) ? name + ": " + cause.getMessage() : name;
	}

}
