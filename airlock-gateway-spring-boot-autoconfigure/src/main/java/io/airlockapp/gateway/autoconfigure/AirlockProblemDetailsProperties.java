package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;

import io.airlockapp.gateway.web.ApprovalProblems;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.MessageSource;

/**
 * Properties of the responses to web requests whose approval was not given.
 */
@ConfigurationProperties("airlock.gateway.web.problem-details")
class AirlockProblemDetailsProperties {

	/**
	 * Whether web requests whose approval was not given are answered with problem details
	 * where the application doesn't handle the exception itself.
	 */
	private boolean enabled = true;

	/**
	 * Whether the problem details of a denial hold the reason that the person gave.
	 */
	private boolean includeReason;

	/**
	 * Time after which to try again where nobody can be asked, at least 1s, unless the
	 * gateway says so itself.
	 */
	private Duration retryAfter = Duration.ofSeconds(30);

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public boolean isIncludeReason() {
		return this.includeReason;
	}

	public void setIncludeReason(boolean includeReason) {
		this.includeReason = includeReason;
	}

	public Duration getRetryAfter() {
		return this.retryAfter;
	}

	public void setRetryAfter(Duration retryAfter) {
		this.retryAfter = retryAfter;
	}

	ApprovalProblems toProblems(MessageSource messageSource) {
		if (this.retryAfter.toSeconds() < 1) {
			throw new AirlockConfigurationException("airlock.gateway.web.problem-details.retry-after",
					"it is below one second", "Set it to a duration such as '30s'.", null);
		}
		return new ApprovalProblems(messageSource, this.retryAfter, this.includeReason);
	}

}
