/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.endpoint;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.pairing.PairingException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.util.Assert;

/**
 * Creates the responses of {@link AirlockEndpoint} to operations, including failed ones.
 */
final class EndpointResponses {

	private static final Log logger = LogFactory.getLog(AirlockEndpoint.class);

	static final int CONFLICT = 409;

	private static final int BAD_GATEWAY = 502;

	private static final int MAX_NAMES = 20;

	private EndpointResponses() {
	}

	/**
	 * Perform an operation.
	 * @param operation the operation, which returns the body or the whole response
	 * @return the response, with the problem if the operation fails
	 */
	static WebEndpointResponse<Object> respond(Supplier<Object> operation) {
		try {
			Object result = operation.get();
			return (result instanceof WebEndpointResponse<?> response)
					? new WebEndpointResponse<>(response.getBody(), response.getStatus())
					: new WebEndpointResponse<>(result);
		}
		catch (PairingException ex) {
			return problem(CONFLICT, String.valueOf(ex.getMessage()));
		}
		catch (AirlockGatewayException ex) {
			return problem(BAD_GATEWAY, String.valueOf(ex.getMessage()));
		}
		catch (IllegalArgumentException ex) {
			return problem(WebEndpointResponse.STATUS_BAD_REQUEST, String.valueOf(ex.getMessage()));
		}
		catch (Throwable ex) {
			String problem = "The operation failed: " + AirlockGatewayException.safeMessage(ex);
			logger.warn(problem);
			return problem(WebEndpointResponse.STATUS_INTERNAL_SERVER_ERROR, problem);
		}
	}

	static WebEndpointResponse<Object> problem(int status, String problem) {
		return new WebEndpointResponse<>(Map.of("problem", problem), status);
	}

	/**
	 * Return that something does not exist, and what does.
	 * @param problem what does not exist
	 * @param introduction what the names are of
	 * @param names the names, of which the first ones are given
	 */
	static WebEndpointResponse<Object> notFound(String problem, String introduction, Stream<String> names) {
		List<String> first = names.limit(MAX_NAMES + 1L).toList();
		String list = first.isEmpty() ? "none" : String.join(", ", first.subList(0, Math.min(first.size(), MAX_NAMES)));
		return problem(WebEndpointResponse.STATUS_NOT_FOUND,
				"%s. %s: %s%s".formatted(problem, introduction, list, (first.size() > MAX_NAMES) ? ", …" : ""));
	}

	static String require(String name, @Nullable String value) {
		Assert.hasText(value, () -> "Missing parameter '%s'".formatted(name));
		return value;
	}

}
