/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.function.ThrowingSupplier;

/**
 * A page of the documentation.
 *
 * @param file where it is
 * @param lines its lines
 */
record DocumentationPage(Path file, List<String> lines) {

	/**
	 * The repository's root.
	 */
	static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Pattern FENCE = Pattern.compile("\\s*```(\\w*)");

	static List<DocumentationPage> all() {
		try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			return Stream
				.concat(Stream.of("README.md", "CONTRIBUTING.md").map(ROOT::resolve),
						docs.filter((file) -> file.toString().endsWith(".md")).sorted())
				.map((file) -> new DocumentationPage(file, read(file).lines().toList()))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static DocumentationPage named(String name) {
		return all().stream().filter((page) -> page.name().equals(name)).findFirst().orElseThrow();
	}

	/**
	 * Return the code blocks of all pages in one of these languages.
	 */
	static List<Block> blocks(String... languages) {
		return all().stream()
			.flatMap((page) -> page.blocks().stream())
			.filter((block) -> List.of(languages).contains(block.language()))
			.toList();
	}

	String name() {
		return this.file.getFileName().toString();
	}

	List<Block> blocks() {
		List<Block> blocks = new ArrayList<>();
		for (int i = 0; i < this.lines.size(); i++) {
			var fence = FENCE.matcher(this.lines.get(i));
			if (fence.matches()) {
				int end = i + 1;
				while (!this.lines.get(end).strip().equals("```")) {
					end++;
				}
				String code = String.join("\n", this.lines.subList(i + 1, end)) + "\n";
				blocks.add(new Block(name(), i + 1, fence.group(1), marker(i), code));
				i = end;
			}
		}
		return blocks;
	}

	/**
	 * Return the comment that stands before a line.
	 */
	private @Nullable String marker(int line) {
		int before = line - 1;
		while (before >= 0 && this.lines.get(before).isBlank()) {
			before--;
		}
		String text = (before >= 0) ? this.lines.get(before).strip() : "";
		return text.startsWith("<!-- ") ? text.replaceAll("^<!-- | -->$", "") : null;
	}

	/**
	 * Return the lines that are no code.
	 */
	List<String> prose() {
		List<String> prose = new ArrayList<>();
		boolean code = false;
		for (String line : this.lines) {
			boolean fence = FENCE.matcher(line).matches();
			if (!fence && !code) {
				prose.add(line);
			}
			code = fence != code;
		}
		return prose;
	}

	@Override
	public String toString() {
		return name();
	}

	static String read(Path file) {
		return ThrowingSupplier.of(() -> Files.readString(file)).get();
	}

	/**
	 * A code block.
	 *
	 * @param page the page's name
	 * @param line where it begins
	 * @param language what it is written in, empty if it doesn't say
	 * @param marker the comment before it
	 * @param code what it holds
	 */
	record Block(String page, int line, String language, @Nullable String marker, String code) {

		@Override
		public String toString() {
			return "%s:%d %s".formatted(this.page, this.line, this.language);
		}

	}

}
