/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.endpoint;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class EndpointResponsesTests {

	@Test
	void errorIsAResponseWithAProblem(CapturedOutput output) {
		assertThat(answerOf(new NoSuchMethodError("treeToValue")))
			.isEqualTo(Map.of("problem", "The operation failed: java.lang.NoSuchMethodError: treeToValue"));
		assertThat(output).contains("WARN", "NoSuchMethodError: treeToValue");
	}

	@Test
	void secretsOfErrorsAreNotRepeated(CapturedOutput output) {
		assertThat(answerOf(new AssertionError("s3cr3t")))
			.isEqualTo(Map.of("problem", "The operation failed: java.lang.AssertionError"));
		assertThat(output).doesNotContain("s3cr3t");
	}

	private static Object answerOf(Error error) {
		WebEndpointResponse<Object> response = EndpointResponses.respond(() -> {
			throw error;
		});
		assertThat(response.getStatus()).isEqualTo(500);
		return response.getBody();
	}

}
