/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import org.apache.commons.logging.Log;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link WarnOnceLog}.
 */
class WarnOnceLogTests {

	private final Log logger = mock();

	private final WarnOnceLog log = new WarnOnceLog(this.logger);

	@Test
	void warnsOnce() {
		this.log.warn("1");
		this.log.warn("2");
		Exception cause = new IllegalStateException();
		this.log.warn("3", cause);
		var calls = inOrder(this.logger);
		calls.verify(this.logger).warn("1", null);
		calls.verify(this.logger).debug("2", null);
		calls.verify(this.logger).debug("3", cause);
		calls.verifyNoMoreInteractions();
	}

	@Test
	void warnsAgainAfterAReset() {
		assertThat(this.log.reset()).isFalse();
		this.log.warn("1");
		assertThat(this.log.reset()).isTrue();
		assertThat(this.log.reset()).isFalse();
		this.log.warn("2");
		var calls = inOrder(this.logger);
		calls.verify(this.logger).warn("1", null);
		calls.verify(this.logger).warn("2", null);
		calls.verifyNoMoreInteractions();
	}

}
