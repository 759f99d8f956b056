package io.airlockapp.gateway.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.pairing.PairingException;
import io.airlockapp.gateway.pairing.PairingInvitation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * Creates the responses of {@link AirlockEndpoint} to operations, including failed ones.
 */
final class EndpointResponses {

	private static final Log logger = LogFactory.getLog(AirlockEndpoint.class);

	static final int CONFLICT = 409;

	private static final int BAD_GATEWAY = 502;

	private EndpointResponses() {
	}

	static Map<String, Object> describe(PairingInvitation invitation) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("code", invitation.code());
		answer.put("qrText", invitation.qrText());
		if (invitation.expiresAt() != null) {
			answer.put("expiresAt", invitation.expiresAt());
		}
		return answer;
	}

	static WebEndpointResponse<Object> answer(Supplier<Object> operation) {
		return respond(() -> new WebEndpointResponse<>(operation.get()));
	}

	static WebEndpointResponse<Object> respond(Supplier<WebEndpointResponse<Object>> operation) {
		try {
			return operation.get();
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
		catch (RuntimeException | Error ex) {
			String problem = "The operation failed: " + AirlockGatewayException.safeMessage(ex);
			logger.warn(problem);
			return problem(WebEndpointResponse.STATUS_INTERNAL_SERVER_ERROR, problem);
		}
	}

	static WebEndpointResponse<Object> problem(int status, String problem) {
		return new WebEndpointResponse<>(Map.of("problem", problem), status);
	}

	static String require(String name, @Nullable String value) {
		if (value == null || value.isBlank()) {
			throw new IllegalArgumentException("Missing parameter '%s'".formatted(name));
		}
		return value;
	}

}
