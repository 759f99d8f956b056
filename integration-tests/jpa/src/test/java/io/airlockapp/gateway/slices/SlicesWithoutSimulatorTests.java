/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.slices;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalUnavailableException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.boot.restclient.test.autoconfigure.RestClientTest;
import org.springframework.boot.test.autoconfigure.json.JsonTest;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that each slice has the guard, starts with a guarded bean, and runs nothing
 * unasked, also if its test knows nothing of approvals.
 */
class SlicesWithoutSimulatorTests {

	private static void assertDenied(Runnable call) {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(call::run)
			.withMessageContaining("@AutoConfigureAirlockSimulator");
	}

	abstract static class Slice {

		@Autowired
		private PayoutTool tool;

		@Test
		void beanOfTheApplicationIsGuarded() {
			assertDenied(this.tool::use);
		}

	}

	@Nested
	@JsonTest
	class Json extends Slice {

	}

	@Nested
	@JdbcTest
	class Jdbc extends Slice {

		@Test
		void sliceContainsDataSource(@Autowired DataSource dataSource) {
			assertThat(dataSource).isNotNull();
		}

	}

	@Nested
	@DataJpaTest
	class DataJpa extends Slice {

		@Autowired
		private PayoutRepository repository;

		@Test
		void repositoryIsGuarded() {
			this.repository.save(new Payout("Kim"));
			assertDenied(() -> this.repository.deleteByRecipient("Kim"));
			assertThat(this.repository.count()).isOne();
		}

	}

	@Nested
	@WebMvcTest
	class WebMvc extends Slice {

		@Autowired
		private MockMvcTester mvc;

		@Test
		void controllerIsGuarded() {
			assertThat(this.mvc.post().uri("/payouts?recipient=Kim")).hasStatus(HttpStatus.SERVICE_UNAVAILABLE);
		}

	}

	@Nested
	@RestClientTest(PayoutClient.class)
	class Client extends Slice {

		@Autowired
		private PayoutClient client;

		@Autowired
		private MockRestServiceServer bank;

		@Test
		void clientIsGuarded() {
			assertDenied(() -> this.client.payOut("Kim"));
			this.bank.verify();
		}

	}

}
